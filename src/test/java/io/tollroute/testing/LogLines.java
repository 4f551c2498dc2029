package io.tollroute.testing;

import io.tollroute.log.JsonLines;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** Everything that is logged while it is open, as it would be written; ours down to DEBUG. */
public final class LogLines extends AbstractAppender implements AutoCloseable {

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final org.apache.logging.log4j.core.Logger root;

  private LogLines(LoggerContext context, Layout<?> layout) {
    super("test-" + layout.getContentType(), null, layout, false, Property.EMPTY_ARRAY);
    this.root = context.getRootLogger();
  }

  private static Layout<?> layoutOf(LoggerContext context) {
    return context.getConfiguration().getAppenders().get("console").getLayout();
  }

  public static LogLines capture() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    return capture(context, layoutOf(context));
  }

  /** The same with the lines that {@code tollroute.log.format=json} writes. */
  public static LogLines captureJson() {
    return capture((LoggerContext) LogManager.getContext(false), JsonLines.withPlainTexts());
  }

  private static LogLines capture(LoggerContext context, Layout<?> layout) {
    LogLines lines = new LogLines(context, layout);
    lines.start();
    lines.root.addAppender(lines);
    Configurator.setLevel("io.tollroute", Level.DEBUG);
    return lines;
  }

  @Override
  public void append(LogEvent event) {
    lines.add(new String(getLayout().toByteArray(event), java.nio.charset.StandardCharsets.UTF_8));
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  public void forget() {
    lines.clear();
  }

  @Override
  public void close() {
    root.removeAppender(this);
    stop();
    Configurator.setLevel("io.tollroute", Level.INFO);
  }
}
