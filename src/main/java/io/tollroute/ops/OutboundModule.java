package io.tollroute.ops;

import io.tollroute.catalog.Provider;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.outbound.BoundedHttp;
import io.tollroute.outbound.CheckedConnections;
import java.util.concurrent.TimeUnit;

/**
 * Makes what every call that goes out has: a watch over its connections, and a log of its faults.
 */
final class OutboundModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    SparseLog log = assembly.provide(SparseLog.class, new SparseLog(assembly.clock()));
    assembly.bean("sparseLog", log);
    BoundedHttp ofOthers =
        new BoundedHttp(
            assembly.timer("deadline-own"),
            assembly.clock(),
            TimeUnit.SECONDS.toMillis(Provider.LONGEST_SECONDS),
            // one byte more is too large for every service, and still one answer in memory
            Provider.LARGEST_ANSWER_BYTES + 1);
    CheckedConnections connections =
        new CheckedConnections(assembly.timer("idle-connections"), ofOthers.boundsOnly());
    assembly.whenConfigured(
        context -> context.getCamelContextExtension().registerEndpointCallback(connections));
  }
}
