package io.tollroute.sandbox;

import io.tollroute.module.Assembly;
import io.tollroute.module.Module;

/** Makes the stand-ins for those whom a sandbox has not. */
public final class StandInModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    assembly.beans(SandboxBeans.with(assembly.clock()));
  }
}
