package io.tollroute.log;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * How the log of this process is written, once the settings are known. What is said before is
 * written as {@code log4j2.properties} says: as text, at info.
 */
public final class LogOutput {

  private static final String APPENDER = "console";
  private static final String OURS = "io.tollroute";

  private final LoggerContext context;

  private LogOutput(LoggerContext context) {
    this.context = context;
  }

  /** That of this process. */
  public static LogOutput ofProcess() {
    return new LogOutput((LoggerContext) LogManager.getContext(false));
  }

  /** Logs what is of this level and above: trace, debug, info, warn or error. */
  public void level(String level) {
    Level from = Level.valueOf(level);
    Configurator.setRootLevel(from);
    Configurator.setLevel(OURS, from);
  }

  /** Writes one JSON object a line from now on. */
  public void json() {
    write(JsonLines.withPlainTexts());
  }

  private void write(Layout<?> layout) {
    AbstractConfiguration configuration = (AbstractConfiguration) context.getConfiguration();
    Appender appender =
        ConsoleAppender.newBuilder()
            .setName(APPENDER)
            .setTarget(ConsoleAppender.Target.SYSTEM_ERR)
            .setLayout(layout)
            .setConfiguration(configuration)
            .build();
    appender.start();
    configuration.removeAppender(APPENDER);
    configuration.addAppender(appender);
    configuration.getRootLogger().addAppender(appender, null, null);
    context.updateLoggers();
  }
}
