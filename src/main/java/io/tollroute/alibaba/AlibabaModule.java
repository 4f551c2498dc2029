package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.aliyuncs.auth.DefaultCredentialsProvider;
import com.aliyuncs.exceptions.ClientException;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.ProviderKind;
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
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Makes the provider of Alibaba Cloud's RPC actions. */
public final class AlibabaModule implements Module {

  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final int GATE_CONNECTIONS = 4;
  private static final Duration GATE_PATIENCE = Duration.ofSeconds(2);

  private final Set<String> unknown;

  /**
   * Calls with the keys of the account that an earlier module provides, or else with those of the
   * SDK's own sources; asked for when a service needs them.
   *
   * @param unknown ids of keys of which it is known that Alibaba Cloud has no such account, whereas
   *     a stand-in may
   */
  public AlibabaModule(Set<String> unknown) {
    this.unknown = Set.copyOf(unknown);
  }

  @Override
  public void announce(Assembly assembly) throws SettingsFault, IOException {
    Settings settings = assembly.settings();
    AlibabaCredentials credentials =
        assembly.provide(AlibabaCredentials.class, credentials(assembly));
    assembly.contribute(
        ProviderKind.class,
        RpcProvider.with(credentials, settings.whole("tollroute.alibaba.timeout-seconds")));
  }

  private AlibabaCredentials credentials(Assembly assembly) throws SettingsFault {
    Optional<AlibabaCloudCredentialsProvider> given =
        assembly.find(AlibabaCloudCredentialsProvider.class);
    if (given.isPresent()) {
      return new AlibabaCredentials(given.get());
    }
    boolean theirs = assembly.settings().optional("tollroute.alibaba.endpoint").isEmpty();
    try {
      return new AlibabaCredentials(new DefaultCredentialsProvider(), theirs ? unknown : Set.of());
    } catch (ClientException e) {
      throw new SettingsFault(List.of("ALIBABA_CLOUD_ACCESS_KEY_ID: " + e.getErrCode()));
    }
  }

  @Override
  public void assemble(Assembly assembly) throws IOException {
    Settings settings = assembly.settings();
    AlibabaCredentials credentials = assembly.require(AlibabaCredentials.class);
    assembly.bean("alibabaCredentials", credentials);
    assembly.bean(
        "beginRpc",
        new BeginRpc(
            settings.optional("tollroute.alibaba.endpoint"),
            settings.decimal("tollroute.alibaba.calls-per-second")));
    assembly.bean("rateGate", assembly.provide(RateGate.class, new RateGate(buckets(assembly))));
    boolean latest = settings.text("tollroute.alibaba.signature").equals("acs3");
    RpcSigning signing = latest ? new Acs3Signing() : new V1Signing();
    assembly.bean("signRpc", new SignRpc(credentials, signing, assembly.clock()));
    RpcErrors errors = RpcErrors.read();
    assembly.bean(
        "readRpc", new ReadRpc(errors, assembly.clock(), assembly.require(SparseLog.class)));
    assembly.bean("readRpcJob", new ReadRpcJob(errors));
    assembly.bean(
        "alibabaHttp",
        new BoundedHttp(
            assembly.timer("deadline-alibaba"),
            assembly.clock(),
            // a call says itself when it must have ended
            TimeUnit.SECONDS.toMillis(Provider.LONGEST_SECONDS),
            MAX_ANSWER_BYTES));
  }

  private static RateStore buckets(Assembly assembly) {
    // of its own, so that calls that wait for their turn keep no other from the ledger
    return assembly
        .require(SharedDatabase.class)
        .forgetfulPool(GATE_CONNECTIONS, GATE_PATIENCE)
        .map(pool -> RateStore.shared(pool, GATE_PATIENCE))
        .orElseGet(RateStore::local);
  }
}
