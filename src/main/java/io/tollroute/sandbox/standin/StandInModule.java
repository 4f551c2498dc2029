package io.tollroute.sandbox.standin;

import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.StaticCredentialsProvider;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.sandbox.SandboxAccount;

/** Makes the stand-ins for those whom a sandbox has not. */
public final class StandInModule implements Module {

  @Override
  public void announce(Assembly assembly) {
    assembly.provide(
        AlibabaCloudCredentialsProvider.class,
        new StaticCredentialsProvider(
            new BasicCredentials(SandboxAccount.ACCESS_KEY_ID, SandboxAccount.ACCESS_KEY_SECRET)));
  }

  @Override
  public void assemble(Assembly assembly) {
    assembly.beans(StandIns.with(assembly.clock()));
  }
}
