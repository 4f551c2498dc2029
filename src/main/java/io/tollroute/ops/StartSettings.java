package io.tollroute.ops;

import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.settings.SettingsTable;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The settings that a start from a home folder has, for commands that start nothing too. */
public final class StartSettings {

  private StartSettings() {}

  /** The settings of a mode, checked one by one. */
  public static Settings of(
      Application.Mode mode,
      Path home,
      Map<String, String> environment,
      Properties system,
      Properties file)
      throws SettingsFault, IOException {
    return Settings.resolve(
        SettingsTable.read(), home, mode == Application.Mode.SANDBOX, environment, system, file);
  }

  /**
   * {@code conf/application.properties} of the home folder, if there is one.
   *
   * @throws SettingsFault when it is no text in UTF-8
   */
  public static Properties propertiesFile(Path home) throws IOException, SettingsFault {
    Properties properties = new Properties();
    Path file = propertiesPath(home);
    if (Files.exists(file)) {
      try {
        // editors mark the beginning, and it would become a part of the first name
        properties.load(new StringReader(Files.readString(file).replaceFirst("^\uFEFF", "")));
      } catch (CharacterCodingException | IllegalArgumentException e) {
        throw new SettingsFault(List.of(file + ": is not properties in UTF-8"));
      }
    }
    return properties;
  }

  /** Where it is. */
  static Path propertiesPath(Path home) {
    return home.resolve("conf").resolve("application.properties");
  }
}
