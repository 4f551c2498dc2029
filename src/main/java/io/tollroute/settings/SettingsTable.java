package io.tollroute.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.lang3.StringUtils;

/** All settings there are, from {@code settings.yaml}. */
public final class SettingsTable {

  private final List<Setting> settings;

  private SettingsTable(List<Setting> settings) {
    this.settings = List.copyOf(settings);
  }

  /** Reads the table. */
  public static SettingsTable read() throws IOException {
    try (InputStream table = SettingsTable.class.getResourceAsStream("/settings.yaml")) {
      List<Setting> settings = new ArrayList<>();
      for (Map.Entry<String, JsonNode> row : new YAMLMapper().readTree(table).properties()) {
        JsonNode value = row.getValue();
        String usual = value.required("default").asText();
        settings.add(
            new Setting(
                row.getKey(),
                value.required("type").textValue(),
                usual,
                value.path("sandbox").asText(usual),
                value.path("secret").asBoolean(),
                bounds(value),
                value.required("text").textValue()));
      }
      return new SettingsTable(settings);
    }
  }

  private static Setting.Bounds bounds(JsonNode row) {
    return new Setting.Bounds(
        row.path("from").isMissingNode() ? BigDecimal.ONE : row.get("from").decimalValue(),
        row.path("to").isMissingNode() ? Setting.Bounds.MOST : row.get("to").decimalValue());
  }

  /** All of them, in the order of the table. */
  public List<Setting> all() {
    return settings;
  }

  public Optional<Setting> named(String name) {
    return settings.stream().filter(setting -> setting.name().equals(name)).findFirst();
  }

  Optional<Setting> ofVariable(String variable) {
    return settings.stream().filter(setting -> setting.variable().equals(variable)).findFirst();
  }

  /** The known name that looks most like {@code name}. */
  String nearest(String name) {
    return settings.stream()
        .map(Setting::name)
        .min(Comparator.comparingInt(known -> StringUtils.getLevenshteinDistance(known, name)))
        .orElseThrow();
  }
}
