package io.tollroute.ops;

import io.tollroute.chain.Address;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings of this process, each with the place that it came from. */
public final class Settings {

  private static final String PREFIX = "tollroute.";
  private static final String DEFAULT = "default";
  private static final String VARIABLE_PREFIX = "TOLLROUTE_";

  /** Variables of the launcher, not settings. */
  private static final Set<String> LAUNCHER = Set.of("TOLLROUTE_HOME", "TOLLROUTE_JAVA_OPTS");

  /** Properties of the process itself, not settings. */
  private static final Set<String> PROCESS = Set.of("tollroute.log", "tollroute.terminal");

  private static final Pattern REFERENCE = Pattern.compile("\\{(tollroute\\.[a-z0-9.-]+)}");

  private record Value(String text, String source) {}

  private final SettingsTable table;
  private final Map<String, Value> values;
  private final Path home;

  private Settings(SettingsTable table, Map<String, Value> values, Path home) {
    this.table = table;
    this.values = values;
    this.home = home;
  }

  /**
   * Puts the settings together: environment variable, system property, properties file, default.
   *
   * @throws SettingsFault for a name that is no setting or a value that is not of its type
   */
  static Settings resolve(
      SettingsTable table,
      Path home,
      boolean sandbox,
      Map<String, String> environment,
      Properties system,
      Properties file)
      throws SettingsFault {
    List<String> faults = new ArrayList<>();
    rejectUnknown(table, environment, system, file, faults);
    Map<String, Value> values = new LinkedHashMap<>();
    for (Setting setting : table.all()) {
      values.put(setting.name(), value(setting, sandbox, environment, system, file));
    }
    Settings settings = new Settings(table, values, home);
    for (Setting setting : table.all()) {
      settings.objection(setting, sandbox).ifPresent(faults::add);
    }
    if (!faults.isEmpty()) {
      throw new SettingsFault(faults);
    }
    return settings;
  }

  private static Value value(
      Setting setting,
      boolean sandbox,
      Map<String, String> environment,
      Properties system,
      Properties file) {
    String variable = environment.get(setting.variable());
    if (variable != null) {
      return new Value(variable.strip(), "environment " + setting.variable());
    }
    String property = system.getProperty(setting.name());
    if (property != null) {
      return new Value(property.strip(), "system property");
    }
    String line = file.getProperty(setting.name());
    if (line != null) {
      return new Value(line.strip(), "properties file");
    }
    return new Value(setting.usual(sandbox), DEFAULT);
  }

  private static void rejectUnknown(
      SettingsTable table,
      Map<String, String> environment,
      Properties system,
      Properties file,
      List<String> faults) {
    environment.keySet().stream()
        .filter(name -> name.startsWith(VARIABLE_PREFIX) && !LAUNCHER.contains(name))
        .filter(name -> table.ofVariable(name).isEmpty())
        .sorted()
        .forEach(
            name ->
                faults.add(
                    unknown(
                        table, name, name.toLowerCase(java.util.Locale.ROOT).replace('_', '.'))));
    Set<String> names = new java.util.TreeSet<>(file.stringPropertyNames());
    names.addAll(system.stringPropertyNames());
    names.stream()
        .filter(name -> name.startsWith(PREFIX) && !PROCESS.contains(name))
        .filter(name -> table.named(name).isEmpty())
        .forEach(name -> faults.add(unknown(table, name, name)));
  }

  private static String unknown(SettingsTable table, String written, String name) {
    return written + ": there is no such setting; did you mean " + table.nearest(name) + "?";
  }

  /** A default that follows a wrong setting is not wrong itself. */
  private Optional<String> objection(Setting setting, boolean sandbox) {
    if (isDefault(setting.name())) {
      return Optional.empty();
    }
    String text = text(setting.name());
    if (text.isEmpty()) {
      return setting.usual(sandbox).isEmpty()
          ? Optional.empty()
          : Optional.of(setting.name() + ": must not be empty; leave it out for its default");
    }
    boolean right =
        switch (setting.type()) {
          case "text", "path" -> true;
          case "url", "base-url" -> isUrl(text);
          case "port" -> text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65535;
          case "whole" -> text.matches("\\d{1,9}");
          case "decimal" -> text.matches("\\d{1,9}(\\.\\d{1,6})?") && !text.matches("[0.]+");
          case "address" -> Address.of(text).isPresent();
          default -> List.of(setting.type().split("\\|")).contains(text);
        };
    if (right) {
      return Address.of(text)
          .filter(address -> setting.type().equals("address") && address.isMistyped())
          .map(address -> mistyped(setting, address));
    }
    return Optional.of(
        setting.name()
            + ": "
            + (setting.secret() ? "its value" : "'" + text + "'")
            + " is not of type "
            + setting.type());
  }

  private static String mistyped(Setting setting, Address address) {
    return setting.name()
        + ": has a wrong checksum (EIP-55), so a digit or a letter is mistyped; its digits are"
        + " spelled "
        + address.withChecksum()
        + ", but compare them with the address that you know to be right";
  }

  private static boolean isUrl(String text) {
    try {
      URI url = URI.create(text);
      return Set.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The value of a setting; empty when it has none. A default may refer to other settings, which
   * are filled in; what an operator writes is taken as it is.
   */
  public String text(String name) {
    Value value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no setting is called " + name);
    }
    if (!isDefault(name)) {
      return value.text();
    }
    Matcher reference = REFERENCE.matcher(value.text());
    String text = reference.replaceAll(match -> Matcher.quoteReplacement(text(match.group(1))));
    return table.named(name).orElseThrow().type().equals("base-url")
        ? text.replaceAll("/+$", "")
        : text;
  }

  /** The value, if it has one. */
  public Optional<String> optional(String name) {
    return Optional.of(text(name)).filter(text -> !text.isEmpty());
  }

  /** A whole number. */
  public int whole(String name) {
    return Integer.parseInt(text(name));
  }

  /** A decimal number. */
  public double decimal(String name) {
    return new BigDecimal(text(name)).doubleValue();
  }

  /** A file or folder; a relative one stands in the home folder. */
  public Path path(String name) {
    return home.resolve(text(name)).toAbsolutePath().normalize();
  }

  /** Whether nobody has set it. */
  boolean isDefault(String name) {
    return values.get(name).source().equals(DEFAULT);
  }

  /** Where its value came from. */
  String source(String name) {
    return values.get(name).source();
  }

  List<Setting> table() {
    return table.all();
  }

  /** All settings as properties for the route files. */
  Properties properties() {
    Properties properties = new Properties();
    Map<String, String> all = new TreeMap<>();
    for (Setting setting : table.all()) {
      boolean folder = setting.type().equals("path");
      all.put(setting.name(), folder ? path(setting.name()).toString() : text(setting.name()));
    }
    all.forEach(properties::setProperty);
    return properties;
  }
}
