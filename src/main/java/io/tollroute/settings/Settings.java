package io.tollroute.settings;

import io.tollroute.call.Trimmed;
import io.tollroute.chain.Address;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

  /** How the URL of an SQLite file begins. */
  public static final String SQLITE = "jdbc:sqlite:";

  /** Property in which the launcher says where the archive of classes is; not a setting. */
  public static final String CLASS_ARCHIVE = "tollroute.archive";

  private static final String LEDGER_KEY = "tollroute.ledger.key";
  private static final String DATABASE = "tollroute.database.url";
  private static final String DEFAULT = "default";
  private static final String FILE = "properties file";
  private static final String VARIABLE_PREFIX = "TOLLROUTE_";

  /** Property of the process that says how much is logged, before settings are known. */
  public static final String LOG = "tollroute.log";

  /** Variables of the launcher, not settings. */
  private static final Set<String> LAUNCHER =
      Set.of("TOLLROUTE_HOME", "TOLLROUTE_JAVA_OPTS", "TOLLROUTE_EMBEDDED");

  /** Properties of the process itself, not settings. */
  private static final Set<String> PROCESS =
      Set.of(LOG, "tollroute.terminal", CLASS_ARCHIVE, "tollroute.embedded");

  private static final Pattern REFERENCE = Pattern.compile("\\{(tollroute\\.[a-z0-9.-]+)}");

  /** Anything less would silence alerts, and so does a word that the log does not know. */
  private static final List<String> LOG_LEVELS = List.of("trace", "debug", "info", "warn", "error");

  private record Value(String text, String source) {}

  private final SettingsTable table;
  private final Map<String, Value> values;
  private final Path home;
  private final Map<String, String> environment;

  private Settings(
      SettingsTable table, Map<String, Value> values, Path home, Map<String, String> environment) {
    this.table = table;
    this.values = values;
    this.home = home;
    this.environment = Map.copyOf(environment);
  }

  /**
   * A variable of the environment that is no setting: a secret of which somebody knows the name
   * only. Empty when it is not set, or holds nothing.
   */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name))
        .map(Trimmed::of)
        .filter(value -> !value.isEmpty());
  }

  /** The variables of the environment that begin so and are no settings of ours. */
  public Map<String, String> variables(String prefix) {
    Map<String, String> found = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            found.put(name, Trimmed.of(value));
          }
        });
    return found;
  }

  /**
   * Puts the settings together: environment variable, system property, properties file, default.
   *
   * @throws SettingsFault for a name that is no setting or a value that is not of its type
   */
  public static Settings resolve(
      SettingsTable table,
      Path home,
      boolean sandbox,
      Map<String, String> environment,
      Properties system,
      Properties file)
      throws SettingsFault {
    List<String> faults = new ArrayList<>();
    rejectUnknown(table, environment, system, file, faults);
    rejectLogLevel(system, file, faults);
    Map<String, Value> values = new LinkedHashMap<>();
    for (Setting setting : table.all()) {
      values.put(setting.name(), value(setting, sandbox, environment, system, file));
    }
    Settings settings = new Settings(table, values, home, environment);
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
      return new Value(Trimmed.of(variable), "environment " + setting.variable());
    }
    String property = system.getProperty(setting.name());
    if (property != null) {
      return new Value(Trimmed.of(property), "system property");
    }
    String line = file.getProperty(setting.name());
    if (line != null) {
      return new Value(Trimmed.of(line), FILE);
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
                faults.add(unknown(table, name, name.toLowerCase(Locale.ROOT).replace('_', '.'))));
    Set<String> names = new java.util.TreeSet<>(file.stringPropertyNames());
    names.addAll(system.stringPropertyNames());
    names.stream()
        .filter(name -> name.startsWith(PREFIX) && !PROCESS.contains(name))
        .filter(name -> table.named(name).isEmpty())
        .forEach(name -> faults.add(unknown(table, name, name)));
  }

  private static void rejectLogLevel(Properties system, Properties file, List<String> faults) {
    String level = system.getProperty(LOG, "info");
    if (!LOG_LEVELS.contains(level.toLowerCase(Locale.ROOT))) {
      faults.add(LOG + ": must be one of " + String.join(", ", LOG_LEVELS));
    }
    if (file.containsKey(LOG)) {
      faults.add(LOG + ": is not read from the file; write tollroute.log.level there");
    }
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
          case "text", "path", "jdbc-url" -> true;
          case "url", "base-url" -> isUrl(text);
          case "port" -> text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65535;
          case "whole" -> text.matches("-?\\d{1,9}");
          case "decimal" -> text.matches("-?\\d{1,9}(\\.\\d{1,6})?");
          case "address" -> Address.of(text).isPresent();
          default -> List.of(setting.type().split("\\|")).contains(text);
        };
    if (!right) {
      return Optional.of(
          setting.name()
              + ": "
              // a URL may hold a secret, and most so where it cannot be read
              + (setting.secret() || setting.isUrl() ? "its value" : "'" + text + "'")
              + " is not of type "
              + setting.type()
              + (setting.isUrl() ? ": http:// or https:// and a host" : ""));
    }
    if (setting.isNumber() && !setting.bounds().hold(new BigDecimal(text))) {
      return Optional.of(setting.name() + ": must be " + setting.bounds());
    }
    return Address.of(text)
        .filter(address -> setting.type().equals("address") && address.isMistyped())
        .map(address -> mistyped(setting, address));
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
    String text =
        isDefault(name)
            ? REFERENCE
                .matcher(value.text())
                .replaceAll(match -> Matcher.quoteReplacement(text(match.group(1))))
            : value.text();
    return table.named(name).orElseThrow().type().equals("base-url")
        ? text.replaceFirst("/+(?=[?#]|$)", "")
        : text;
  }

  /** The value as it may be shown to anybody: nothing of a secret, of a URL no more than where. */
  public String shown(Setting setting) {
    String text = text(setting.name());
    if (setting.secret() && !text.isEmpty()) {
      return "***";
    }
    return setting.isUrl() && isSaid(setting.name()) ? MaskedUrl.of(text) : text;
  }

  /** Whether something of it was set, be it by way of a setting that its default is made of. */
  private boolean isSaid(String name) {
    return !isDefault(name)
        || REFERENCE
            .matcher(values.get(name).text())
            .results()
            .map(reference -> reference.group(1))
            .anyMatch(part -> table.named(part).orElseThrow().isUrl() && isSaid(part));
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

  /**
   * The URL of the ledger's database. The file of an SQLite ledger is written out; a relative one
   * stands in the home folder.
   */
  public String databaseUrl() {
    return ledgerFile(home).map(file -> SQLITE + file).orElseGet(() -> text(DATABASE));
  }

  /** The file of an SQLite ledger, were relative ones in {@code folder}. */
  public Optional<Path> ledgerFile(Path folder) {
    return Optional.of(text(DATABASE))
        .filter(url -> url.startsWith(SQLITE))
        .map(url -> url.substring(SQLITE.length()))
        .map(file -> folder.resolve(file).toAbsolutePath().normalize());
  }

  /**
   * The file of the ledger's key. It stands beside an SQLite ledger, as both are of one machine;
   * there is none where the setting holds the key, nor with PostgreSQL.
   */
  public Optional<Path> ledgerKeyFile() {
    return optional(LEDGER_KEY).isPresent()
        ? Optional.empty()
        : ledgerFile(home).map(file -> file.resolveSibling(file.getFileName() + ".key"));
  }

  /** The folder in which relative files and folders stand. */
  public Path home() {
    return home;
  }

  /** Whether nobody has set it. */
  public boolean isDefault(String name) {
    return values.get(name).source().equals(DEFAULT);
  }

  /** Whether its value stands in the properties file. */
  public boolean isOfFile(String name) {
    return values.get(name).source().equals(FILE);
  }

  /** Where its value came from. */
  public String source(String name) {
    return values.get(name).source();
  }

  /** All that there are. */
  public List<Setting> table() {
    return table.all();
  }

  /** As it is written behind {@code file:}, where Camel takes + for a blank and reads %20. */
  private static String inUri(Path path) {
    return URLEncoder.encode(path.toString(), StandardCharsets.UTF_8).replace("%2F", "/");
  }

  /** All settings as properties for the route files. */
  public Properties properties() {
    Properties properties = new Properties();
    Map<String, String> all = new TreeMap<>();
    for (Setting setting : table.all()) {
      boolean folder = setting.type().equals("path");
      all.put(setting.name(), folder ? inUri(path(setting.name())) : text(setting.name()));
    }
    all.forEach(properties::setProperty);
    return properties;
  }
}
