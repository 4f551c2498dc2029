package io.tollroute.traces;

import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.SettingsFault;
import io.tollroute.web.AcceptedHeader;

/** Has calls traced, if {@code tollroute.traces} is on: otherwise nothing of it is made. */
public final class TracesModule implements Module {

  private static final String SWITCH = "tollroute.traces";

  /** W3C Trace Context; its companion tracestate is somebody's text and stays outside. */
  private static final String HEADER = "traceparent";

  private static boolean isOn(Assembly assembly) {
    return assembly.settings().text(SWITCH).equals("on");
  }

  @Override
  public void announce(Assembly assembly) {
    if (isOn(assembly)) {
      assembly.contribute(AcceptedHeader.class, new AcceptedHeader(HEADER));
    }
  }

  @Override
  public void assemble(Assembly assembly) throws SettingsFault {
    if (!isOn(assembly)) {
      return;
    }
    Collector collector =
        Collector.by(assembly.settings().variables("OTEL_"), assembly.require(SparseLog.class));
    assembly.onClose(collector::close);
    assembly.whenConfigured(collector::trace);
  }
}
