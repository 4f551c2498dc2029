package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.settings.SettingsFault;
import io.tollroute.testing.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped route files with something missing or wrong in them, before anything starts. */
class RouteRulesTest {

  @TempDir private Path folder;

  @BeforeEach
  void furnish() throws Exception {
    Folders.copy(Path.of("routes"), folder.resolve("routes"));
  }

  private Path routes() {
    return folder.resolve("routes");
  }

  private RouteFiles read() throws Exception {
    return RouteFiles.read(new RouteFolder(routes()).files(false), text -> text);
  }

  private List<String> faults() throws Exception {
    RouteRules rules =
        new RouteRules(
            routes(),
            Map.of(
                "variable.method", Set.of("x402", "token"),
                "variable.paymentProvider", Set.of("x402", "manual", "credit"),
                "variable.kind", Set.of("call", "token")));
    SettingsFault fault =
        catchThrowableOfType(
            SettingsFault.class,
            () -> {
              RouteFiles files = read();
              rules.check(files);
            });
    return fault == null ? List.of() : fault.getMessage().lines().toList();
  }

  private Path mine(String text) throws Exception {
    return Files.writeString(routes().resolve("mine.camel.yaml"), text.replace("\\n", "\n"));
  }

  @Test
  @DisplayName("The shipped files call nobody who is not there")
  void shipped() throws Exception {
    assertThat(faults()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http",
        "mcp",
        "tool-call",
        "errors",
        "catalogue",
        "reconcile",
        "manage",
        "payment/x402",
        "payment/token",
        "payment/facilitator",
        "payment/chain",
        "payment/payments",
        "payment/provider-x402",
        "payment/provider-manual"
      })
  @DisplayName("A shipped file that is missing stops the start: what it would have served is named")
  void missing(String name) throws Exception {
    Path file = routes().resolve(name + ".camel.yaml");
    Files.delete(file);

    assertThat(faults())
        .isNotEmpty()
        .allMatch(
            line ->
                line.startsWith(file + ": is missing, and with it ")
                    || line.matches(
                        ".*[.]camel[.]yaml:\\d+: no route file (serves direct:|has the"
                            + " routeConfiguration ).*"));
  }

  @Test
  @DisplayName("A routeConfiguration that is nowhere is named: its route would end in no way")
  void missingConfiguration() throws Exception {
    Path mine =
        mine(
            "- route:\\n    id: mine\\n    routeConfigurationId: buyr\\n    from:\\n"
                + "      uri: direct:mine\\n      steps:\\n        - stop: {}\\n");

    assertThat(faults())
        .containsExactly(mine + ":3: no route file has the routeConfiguration buyr");
  }

  @Test
  @DisplayName("A file of which Camel makes routes that nobody has looked at is refused: a Pipe")
  void pipe() throws Exception {
    Path mine =
        mine(
            "apiVersion: camel.apache.org/v1\\nkind: Pipe\\nmetadata:\\n  name: mine\\nspec:\\n"
                + "  source:\\n    uri: platform-http:/mine\\n  sink:\\n    uri: direct:alibaba-rpc\\n");

    assertThat(faults()).containsExactly(mine + ":1: is no list of routes, each after a dash");
  }

  @Test
  @DisplayName("A file that is far too large, too deep or no text is told of like any other fault")
  void beyondBounds() throws Exception {
    Path mine = mine("# " + "x".repeat(1024 * 1024));
    assertThat(faults()).containsExactly(mine + ": is larger than 1048576 bytes");

    mine("- route: " + "[".repeat(500_000));
    assertThat(faults()).singleElement().asString().startsWith(mine + ":1: ");

    Files.write(mine, new byte[] {(byte) 0xff, 0, 1});
    assertThat(faults()).containsExactly(mine + ": is not UTF-8");
  }

  @Test
  @DisplayName("A link that leads back to its own folder is told of in one line")
  void loop() throws Exception {
    Files.createSymbolicLink(routes().resolve("again"), routes());

    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith("tollroute.routes: " + routes() + " cannot be read: ")
        .contains("again");
  }

  @Test
  @DisplayName("Without the file of a payment method its routes are named, once each")
  void missingMethod() throws Exception {
    Files.delete(routes().resolve("payment/x402.camel.yaml"));

    assertThat(faults())
        .filteredOn(line -> line.endsWith("no route file serves direct:verify-x402"))
        .hasSize(1);
    assertThat(faults()).anyMatch(line -> line.endsWith("direct:settle-x402"));
  }

  @Test
  @DisplayName("A way to pay for tokens that has no route is named")
  void missingProvider() throws Exception {
    RouteRules rules =
        new RouteRules(routes(), Map.of("variable.paymentProvider", Set.of("x402", "cash")));
    RouteFiles files = read();

    assertThat(catchThrowableOfType(SettingsFault.class, () -> rules.check(files)))
        .hasMessageEndingWith("no route file serves direct:open-payment-cash")
        .message()
        .hasLineCount(1);
  }

  private static final String BEGIN =
      "- route:\\n    id: mine\\n    from:\\n      uri: direct:mine\\n";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "id of a route in another file|- route:\\n    id: refuse\\n    from:\\n      uri: direct:m\\n      steps:\\n        - stop: {}\\n|2|the id 'refuse' is there already, in ",
        "id of a step in another file|- route:\\n    id: m\\n    from:\\n      uri: direct:m\\n      steps:\\n        - stop:\\n            id: give-request-id\\n|7|the id 'give-request-id' is there already, in ",
        "id twice in one file|- route:\\n    id: m\\n    from:\\n      uri: direct:m\\n      steps:\\n        - stop: {}\\n- route:\\n    id: m\\n    from:\\n      uri: direct:n\\n      steps:\\n        - stop: {}\\n|8|the id 'm' is there already, in ",
        "address twice|- route:\\n    id: m\\n    from:\\n      uri: direct:refuse\\n      steps:\\n        - stop: {}\\n|4|direct:refuse is served already, in ",
        "empty steps|- route:\\n    id: m\\n    from:\\n      uri: direct:m\\n      steps: []\\n|5|steps is empty",
        "steps of nothing|- route:\\n    id: m\\n    from:\\n      uri: direct:m\\n      steps:\\n|5|steps is empty",
        "empty steps inside|- route:\\n    id: m\\n    from:\\n      uri: direct:m\\n      steps:\\n        - loop:\\n            steps: []\\n|7|steps is empty",
        "no steps|- route:\\n    id: m\\n    from:\\n      uri: direct:m\\n|3|a route needs steps",
        "no steps in the short form|- from:\\n    uri: direct:m\\n|1|a route needs steps",
        "nobody called|- route:\\n    id: m\\n    from:\\n      uri: direct:m\\n      steps:\\n        - to:\\n            uri: direct:nobody\\n|7|no route file serves direct:nobody",
        "nobody called in the short form|- from:\\n    uri: direct:m\\n    steps:\\n      - to: direct:nobody\\n|4|no route file serves direct:nobody",
        "nobody called by name|- from:\\n    uri: direct:m\\n    steps:\\n      - to:\\n          uri: direct\\n          parameters:\\n            name: nobody\\n|5|no route file serves direct:nobody",
        "nobody called with options|- from:\\n    uri: direct:m\\n    steps:\\n      - wireTap:\\n          uri: direct://nobody?block=true\\n|5|no route file serves direct:nobody",
        "no Kamelet|- from:\\n    uri: direct:m\\n    steps:\\n      - to:\\n          uri: kamelet:nobody/here?a=b\\n|5|no route file serves kamelet:nobody",
        "a name that cannot be|- from:\\n    uri: direct:m\\n    steps:\\n      - toD:\\n          uri: direct:shout-${variable.whatever}\\n|5|no route file serves direct:shout-",
        "a method that cannot be|- from:\\n    uri: direct:m\\n    steps:\\n      - toD:\\n          uri: direct:praise-${variable.method}\\n|5|no route file serves direct:praise-"
      })
  @DisplayName("What could never run is refused with file and line")
  void wrong(String fault, String text, int line, String reason) throws Exception {
    Path file = mine(text);

    assertThat(faults())
        .isNotEmpty()
        .allMatch(found -> found.startsWith(file + ":" + line + ": " + reason));
  }

  @Test
  @DisplayName("A file that is no YAML or no text is refused with the line, all of them at once")
  void unreadable() throws Exception {
    Path broken = mine("- route:\\n    id: mine\\n   from: [\\n");
    Path latin = Files.write(routes().resolve("z.camel.yaml"), new byte[] {'#', (byte) 0xe4});

    assertThat(faults())
        .hasSize(2)
        .anyMatch(line -> line.startsWith(broken + ":3: "))
        .anyMatch(line -> line.startsWith(latin + ": is not UTF-8"));
  }

  @Test
  @DisplayName(
      "An object that nobody made is refused with file and line, and one of the file's own is not")
  void beans() throws Exception {
    Path file =
        mine(
            "- beans:\\n    - name: own\\n      type: java.lang.Object\\n"
                + BEGIN
                + "      steps:\\n        - process:\\n            ref: own\\n"
                + "        - bean:\\n            ref: nobody\\n"
                + "        - to:\\n            uri: mock:a\\n            parameters:\\n"
                + "              thing: '#bean:noThing'\\n");
    RouteFiles files = RouteFiles.read(List.of(file), text -> text);

    assertThat(
            catchThrowableOfType(
                SettingsFault.class, () -> RouteRules.checkBeans(files, Set.of("other"))))
        .hasMessage(
            file
                + ":12: there is no object of the name nobody"
                + System.lineSeparator()
                + file
                + ":16: there is no object of the name noThing");
    assertThatCode(() -> RouteRules.checkBeans(files, Set.of("nobody", "noThing")))
        .doesNotThrowAnyException();
  }

  @Test
  @DisplayName("An address is served as it is written, with slashes, options and placeholders")
  void served() throws Exception {
    Path file =
        mine(
            "- from:\\n    uri: direct://a?block=false\\n    steps:\\n      - stop: {}\\n"
                + "- from:\\n    uri: direct\\n    parameters:\\n      name: b\\n    steps:\\n      - stop: {}\\n"
                + "- from:\\n    uri: 'direct:{{mine.name}}'\\n    steps:\\n      - stop: {}\\n");
    RouteFiles files = RouteFiles.read(List.of(file), text -> text.replace("{{mine.name}}", "c"));

    assertThat(List.of("direct:a", "direct:b", "direct:c")).allMatch(files::isServed);
    assertThat(files.isServed("direct:d")).isFalse();
    assertThat(files.isServed("kamelet:x")).isFalse();
  }

  private static final String KAMELET =
      """
      kind: Kamelet
      metadata:
        name: shout
      spec:
        template:
          from:
            uri: kamelet:source
            steps:
              - to:
                  uri: kamelet:http-json
                  parameters:
                    url: http://127.0.0.1:1
      """;

  private Path kamelet(String file, String text) throws Exception {
    return Files.writeString(routes().resolve("kamelets").resolve(file), text);
  }

  @Test
  @DisplayName("A Kamelet is served by its name, to routes and to other Kamelets")
  void kamelets() throws Exception {
    kamelet("shout.kamelet.yaml", KAMELET);
    mine(BEGIN + "      steps:\\n        - to:\\n            uri: kamelet:shout\\n");

    assertThat(faults()).isEmpty();
    assertThat(read().isServed("kamelet:shout")).isTrue();
    assertThat(read().isServed("kamelet:http-json")).isTrue();
    assertThat(read().isServed("kamelet:whisper")).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "it ends where it must begin|uri: kamelet:source|uri: timer:tick|7|cannot be called: its route must begin with kamelet:source",
        "another name than its file's|name: shout|name: whisper|3|the file of the Kamelet whisper must be called whisper.kamelet.yaml",
        "something else|kind: Kamelet|kind: Pipe|1|is no Kamelet",
        "a call of nobody|kamelet:http-json|direct:nobody|10|no route file serves direct:nobody"
      })
  @DisplayName("A Kamelet that could not be called is refused with file and line")
  void wrongKamelet(String fault, String good, String bad, int line, String reason)
      throws Exception {
    Path file = kamelet("shout.kamelet.yaml", KAMELET.replace(good, bad));

    assertThat(faults()).containsExactly(file + ":" + line + ": " + reason);
  }
}
