package io.tollroute.provider;

import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;

/** Makes what stands between the corridor and every provider. */
public final class ProviderModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    assembly.bean("readAnswer", new ReadAnswer(assembly.require(SparseLog.class)));
  }
}
