package io.tollroute.provider;

import io.tollroute.catalog.Providers;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;

/** Makes what stands between the corridor and every provider. */
public final class ProviderModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    SparseLog log = assembly.require(SparseLog.class);
    CallProvider provider =
        new CallProvider(
            new ReadAnswer(log),
            new EndsByItself(assembly.require(Providers.class)),
            assembly.settings().whole("tollroute.http.workers"),
            assembly.clock(),
            log);
    assembly.onClose(provider::close);
    assembly.bean("callProvider", provider);
    assembly.bean("refuse", new RefuseWork());
  }
}
