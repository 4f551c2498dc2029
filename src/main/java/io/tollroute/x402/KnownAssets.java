package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tokens known by name, from {@code assets.yaml}: a wrong domain makes every signature fail.
 */
public final class KnownAssets {

  public record Asset(String address, String name, String version, int decimals) {

    public String part(String part) {
      return part.equals("name") ? name : version;
    }
  }

  private final Map<String, Asset> assets;

  private KnownAssets(Map<String, Asset> assets) {
    this.assets = assets;
  }

  public static KnownAssets read() throws IOException {
    try (InputStream table = KnownAssets.class.getResourceAsStream("/assets.yaml")) {
      Map<String, Asset> assets = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> row : new YAMLMapper().readTree(table).properties()) {
        JsonNode asset = row.getValue();
        assets.put(
            row.getKey(),
            new Asset(
                asset.required("address").textValue(),
                asset.required("name").textValue(),
                asset.required("version").textValue(),
                asset.required("decimals").intValue()));
      }
      return new KnownAssets(assets);
    }
  }

  public Optional<Asset> of(String network) {
    return Optional.ofNullable(assets.get(network));
  }
}
