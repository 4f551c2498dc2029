package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.alibaba.RpcProvider;
import io.tollroute.catalog.CatalogueFault;
import io.tollroute.catalog.ProviderKind;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a service must say to the provider that it names, before anything starts. */
@DisplayName("The settings of a service's provider")
class RouteProvidersTest {

  private static final String ROUTE =
      "- route:\n    id: mine\n    from:\n      uri: direct:mine\n      steps:\n        - stop: {}\n";

  @TempDir private Path folder;
  private Path service;

  @BeforeEach
  void furnish() throws Exception {
    Folders.furnish(folder, "routes", "services");
    service = folder.resolve("services/facebody/masked-face-comparison.yaml");
    Files.writeString(folder.resolve("routes/provider/mine.camel.yaml"), ROUTE);
  }

  private RouteFiles read() throws Exception {
    return RouteFiles.read(new RouteFolder(folder.resolve("routes")).files(false), text -> text);
  }

  private List<String> faults() throws Exception {
    RouteProviders providers = new RouteProviders(read(), List.of(RpcProvider.described()));
    CatalogueFault fault =
        catchThrowableOfType(
            CatalogueFault.class,
            () ->
                new ServiceFolder(folder.resolve("services"), "after", providers, List.of())
                    .load());
    return fault == null ? List.of() : fault.getMessage().lines().toList();
  }

  private void schema(String text) throws Exception {
    Files.writeString(folder.resolve("routes/provider/mine.provider.schema.json"), text);
  }

  private void sellMine(String settings) throws Exception {
    String text = Files.readString(service);
    Files.writeString(
        service,
        text.substring(0, text.indexOf("provider:"))
            + "provider:\n  route: direct:mine\n  settings: "
            + settings
            + "\n");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "action: CompareFaceWithMask|action: compare|/provider/settings/action: does not match the regex pattern ^[A-Z]",
        "product: facebody|product: facebody\\n    region: x|/provider/settings/region: property 'region' is not defined in the schema",
        "action: CompareFaceWithMask|mayBeEmpty: true|/provider/settings: required property 'action' not found",
        "https://facebody|http://facebody|/provider/settings/endpoint: does not match the regex pattern ^https:",
        "version: '2019-12-30'|version: 2019|/provider/settings/version: integer found, string expected. The product's API version"
      })
  @DisplayName("are checked for Alibaba Cloud by its own schema, in one line with the place")
  void alibaba(String good, String bad, String reason) throws Exception {
    assertThat(faults()).isEmpty();
    Folders.edit(service, good, bad.replace("\\n", "\n"));

    assertThat(faults())
        .singleElement()
        .asString()
        .matches("(?s)" + java.util.regex.Pattern.quote(service.toString()) + ":\\d+: .*")
        .contains(reason);
  }

  @Test
  @DisplayName("are checked for a route of one's own by the schema beside it, if there is one")
  void own() throws Exception {
    sellMine("{anything: goes}");
    assertThat(faults()).isEmpty();

    schema(
        """
        {"type": "object", "additionalProperties": false,
         "properties": {"url": {"type": "string", "description": "Where the API is."}}}
        """);

    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(service + ":")
        .endsWith(
            ": /provider/settings/anything: property 'anything' is not defined in the schema"
                + " and the schema does not allow additional properties");
    sellMine("{url: 'https://api.example.com/'}");
    assertThat(faults()).isEmpty();
    sellMine("{url: 7}");
    assertThat(faults())
        .singleElement()
        .asString()
        .endsWith("/provider/settings/url: integer found, string expected. Where the API is.");
  }

  @Test
  @DisplayName("are the parameters of a Kamelet, but for those that Camel's own properties set")
  void kamelet() throws Exception {
    Files.writeString(
        folder.resolve("routes/kamelets/greet.kamelet.yaml"),
        """
        kind: Kamelet
        metadata: {name: greet}
        spec:
          definition:
            required: [greeting, key]
            properties: {greeting: {type: string}, key: {type: string}}
          template: {from: {uri: 'kamelet:source', steps: [{stop: {}}]}}
        """);
    RouteFiles files =
        RouteFiles.read(
            new RouteFolder(folder.resolve("routes")).files(false),
            text -> text.replace("{{camel.kamelet.greet.key}}", "set"));

    JsonNode schema =
        new RouteProviders(files, List.of())
            .find("kamelet:greet")
            .flatMap(ProviderKind::settingsSchema)
            .orElseThrow();

    assertThat(schema.path("required")).extracting(JsonNode::asText).containsExactly("greeting");
    assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
  }

  @Test
  @DisplayName("stop the start when the schema beside a route is no JSON, with the line")
  void brokenSchema() throws Exception {
    schema("{\n  \"type\": object\n}\n");

    assertThat(catchThrowableOfType(SettingsFault.class, this::read))
        .hasMessageStartingWith(
            folder.resolve("routes/provider/mine.provider.schema.json") + ":2: no JSON: ");
  }

  @Test
  @DisplayName("stop the start when a schema belongs to no route")
  void orphan() throws Exception {
    Path file = folder.resolve("routes/provider/nobody.provider.schema.json");
    Files.writeString(file, "{}");

    assertThat(
            catchThrowableOfType(
                SettingsFault.class,
                () -> new RouteRules(folder.resolve("routes"), Map.of()).check(read())))
        .hasMessageContaining(file + ": no route file serves direct:nobody, by its name");
  }

  @Test
  @DisplayName("are asked for by nobody where no route is served")
  void unserved() throws Exception {
    RouteProviders providers = new RouteProviders(read(), List.of(RpcProvider.described()));

    assertThat(providers.find("direct:nobody")).isEmpty();
    assertThat(providers.find("direct:mine").flatMap(ProviderKind::settingsSchema)).isEmpty();
    Files.delete(folder.resolve("routes/provider/alibaba-rpc.camel.yaml"));
    assertThat(
            new RouteProviders(read(), List.of(RpcProvider.described())).find("direct:alibaba-rpc"))
        .as("a kind without its route")
        .isEmpty();
  }
}
