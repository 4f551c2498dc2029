package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.module.SharedDatabase;
import io.tollroute.outbound.BoundedHttp;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes the provider of Alibaba Cloud's RPC actions. */
public final class AlibabaModule implements Module {

  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final int GATE_CONNECTIONS = 4;
  private static final Duration GATE_PATIENCE = Duration.ofSeconds(2);

  private final AlibabaCloudCredentialsProvider account;

  /** Calls with the keys of {@code account}. */
  public AlibabaModule(AlibabaCloudCredentialsProvider account) {
    this.account = account;
  }

  @Override
  public void assemble(Assembly assembly) throws SettingsFault, IOException {
    Settings settings = assembly.settings();
    AlibabaCredentials credentials = new AlibabaCredentials(account);
    credentials.refresh();
    if (!credentials.present()) {
      throw new SettingsFault(
          List.of(
              "ALIBABA_CLOUD_ACCESS_KEY_ID: no credentials for Alibaba Cloud, neither there nor in"
                  + " another source of its SDK"));
    }
    assembly.ready(
        "alibaba-credentials",
        () ->
            credentials.present()
                ? Optional.empty()
                : Optional.of("no credentials for Alibaba Cloud"));
    long millis = settings.whole("tollroute.alibaba.timeout-seconds") * 1000L;
    assembly.bean("alibabaCredentials", credentials);
    assembly.bean(
        "beginRpc",
        new BeginRpc(
            settings.optional("tollroute.alibaba.endpoint"),
            settings.decimal("tollroute.alibaba.calls-per-second"),
            millis,
            assembly.clock()));
    assembly.bean("rateGate", new RateGate(buckets(assembly)));
    assembly.bean("signRpc", new SignRpc(credentials, assembly.clock()));
    assembly.bean(
        "readRpc",
        new ReadRpc(RpcErrors.read(), assembly.clock(), assembly.require(SparseLog.class)));
    assembly.bean(
        "alibabaHttp",
        new BoundedHttp(
            assembly.timer("deadline-alibaba"), assembly.clock(), millis, MAX_ANSWER_BYTES));
  }

  private static Buckets buckets(Assembly assembly) {
    // of its own, so that calls that wait for their turn keep no other from the ledger
    return assembly
        .require(SharedDatabase.class)
        .forgetfulPool(GATE_CONNECTIONS, GATE_PATIENCE)
        .map(pool -> Buckets.shared(pool, GATE_PATIENCE))
        .orElseGet(Buckets::local);
  }
}
