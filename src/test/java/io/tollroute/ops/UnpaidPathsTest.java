package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways round the corridor, in a route file beside the shipped ones. */
class UnpaidPathsTest {

  private static final Set<String> PAID =
      Set.of("direct:alibaba-rpc", "direct:http-json", "direct:do-the-work");

  private static final String HELPER =
      """
      - route:
          id: helper
          from:
            uri: direct:helper
            steps:
              - to: direct:alibaba-rpc
      - routeTemplate:
          id: opened
          parameters:
            - name: whereto
          from:
            uri: platform-http:/templated
            steps:
              - to: "{{whereto}}"
      - routeConfiguration:
          id: rescued
          onException:
            - onException:
                exception: [java.lang.Exception]
                steps:
                  - to: direct:alibaba-rpc
      """;

  @TempDir private Path routes;

  @BeforeEach
  void furnish() throws Exception {
    Folders.copy(Path.of("routes"), routes);
  }

  private UnpaidPaths paths() throws Exception {
    return paths("");
  }

  private UnpaidPaths paths(String events) throws Exception {
    return new UnpaidPaths(
        RouteFiles.read(
            new RouteFolder(routes).files(true),
            text ->
                text.replace("{{of-the-operator}}", "direct:alibaba-rpc")
                    .replace("{{tollroute.events}}", events)));
  }

  private List<String> problems() throws Exception {
    return paths().problems(PAID).stream().map(Object::toString).toList();
  }

  private void own(String from, String steps) throws Exception {
    Files.writeString(
        routes.resolve("own.camel.yaml"),
        HELPER
            + """
            - route:
                id: own
                from:
                  uri: %s
                  steps:
                    - %s
            """
                .formatted(from, steps.replace("\\n", "\n" + " ".repeat(10))));
  }

  @Test
  @DisplayName("The shipped routes lead to a provider through the corridor alone")
  void shipped() throws Exception {
    assertThat(problems()).isEmpty();
    assertThat(paths().to("direct:make-call")).isEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          platform-http:/own       | to: direct:alibaba-rpc
          rest:get:own             | to: direct:alibaba-rpc
          netty-http:0.0.0.0:8099  | to: direct:alibaba-rpc
          undertow:http://h:8099/x | to: direct:alibaba-rpc
          jetty:http://h:8099/x    | to: direct:alibaba-rpc
          kafka:orders             | to: direct:alibaba-rpc
          platform-http:/own       | to: direct://alibaba-rpc?synchronous=true
          platform-http:/own       | to:\\n  uri: direct\\n  parameters:\\n    name: alibaba-rpc
          platform-http:/own       | to: "{{of-the-operator}}"
          platform-http:/own       | to: direct:helper
          platform-http:/own       | to: direct:do-the-work
          platform-http:/own       | process:\\n  ref: callProvider
          platform-http:/own       | to: direct:make-call
          platform-http:/own       | to: direct:sell-answer-first
          platform-http:/own       | toD: direct:${header.which}
          platform-http:/own       | toD: "${header.to}"
          platform-http:/own       | toD: "${header.scheme}:alibaba-rpc"
          platform-http:/own       | wireTap:\\n  uri: direct:helper
          platform-http:/own       | enrich:\\n  constant: direct:helper
          platform-http:/own       | enrich:\\n  expression:\\n    simple:\\n      expression: direct:hel${header.x}
          platform-http:/own       | recipientList:\\n  constant: log:x,direct:alibaba-rpc
          platform-http:/own       | recipientList:\\n  header: to
          platform-http:/own       | routingSlip:\\n  expression:\\n    jsonpath:\\n      expression: $.to
          platform-http:/own       | dynamicRouter:\\n  method:\\n    ref: mine
          platform-http:/own       | setHeader:\\n  name: to\\n  constant: direct:alibaba-rpc
          platform-http:/own       | doTry:\\n  steps:\\n    - log: x\\n  doFinally:\\n    steps:\\n      - to: direct:helper
          platform-http:/own       | multicast:\\n  steps:\\n    - to: direct:helper
          platform-http:/own       | circuitBreaker:\\n  steps:\\n    - log: x\\n  onFallback:\\n    steps:\\n      - to: direct:helper
          platform-http:/own       | to: kamelet:sneaky
          platform-http:/own       | to: seda:line
          platform-http:/own       | to: bean:callProvider
          platform-http:/own       | setBody:\\n  simple: "${bean:callProvider}"
          platform-http:/own       | to: direct:alibaba%2Drpc
          platform-http:/own       | to: "{{of.the.environment}}"
          platform-http:/own       | to: "{{env:WHERETO}}"
          platform-http:/own       | to:\\n  uri: "{{of.the.environment}}"
          platform-http:/own       | to: ref:mine
          platform-http:/own       | recipientList:\\n  simple: "log:${header.x}"
          platform-http:/own       | recipientList:\\n  delimiter: ";"\\n  simple: "log:x;${header.to}"
          platform-http:/own       | routingSlip:\\n  expression:\\n    simple:\\n      expression: "direct:write-answer,${header.x}"
          platform-http:/own       | to: kamelet:forward?message=direct%3Aalibaba-rpc
          platform-http:/own       | to:\\n  uri: kamelet:forward\\n  parameters:\\n    message: direct:alibaba-rpc
          platform-http:/own       | toD: kamelet:forward?message=${header.x}
          platform-http:/own       | toD:\\n  uri: kamelet:forward\\n  parameters:\\n    message: "${header.x}"
          kamelet:kafka-source     | to: direct:alibaba-rpc
          kamelet:opened           | to: direct:alibaba-rpc
          rest-openapi:mine.json   | log: x
          """)
  @DisplayName("A route that lets others in and comes to a provider is refused with its line")
  void refused(String from, String steps) throws Exception {
    Files.writeString(
        routes.resolve("sneaky.kamelet.yaml"),
        """
        apiVersion: camel.apache.org/v1
        kind: Kamelet
        metadata:
          name: sneaky
        spec:
          definition:
            title: Sneaky
          template:
            from:
              uri: kamelet:source
              steps:
                - to: direct:alibaba-rpc
        """);
    Files.writeString(
        routes.resolve("forward.kamelet.yaml"),
        """
        apiVersion: camel.apache.org/v1
        kind: Kamelet
        metadata:
          name: forward
        spec:
          definition:
            title: Forward
          template:
            from:
              uri: kamelet:source
              steps:
                - to: "{{message}}"
        """);
    Files.writeString(
        routes.resolve("line.camel.yaml"),
        """
        - from:
            uri: seda:line
            steps:
              - to: direct:helper
        """);
    own(from, steps);

    assertThat(problems())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(routes.resolve("own.camel.yaml") + ":22: ")
                    .containsAnyOf("without a payment", "only known at the call"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          contract       | - rest:\\n    openApi:\\n      specification: mine.json
          rest           | - rest:\\n    path: /own\\n    get:\\n      - path: /x\\n        to: direct:helper
          template       | - templatedRoute:\\n    routeTemplateRef: opened\\n    routeId: own\\n    parameters:\\n      - name: whereto\\n        value: direct:alibaba-rpc
          configuration  | - route:\\n    id: own\\n    routeConfigurationId: rescued\\n    from:\\n      uri: platform-http:/own\\n      steps:\\n        - log: x
          nameless       | - from:\\n    uri: platform-http:/own\\n    steps:\\n      - to: direct:helper
          onException    | - onException:\\n    exception: [java.lang.Exception]\\n    steps:\\n      - to: direct:helper\\n- route:\\n    id: own\\n    from:\\n      uri: platform-http:/own\\n      steps:\\n        - log: x
          deadLetter     | - route:\\n    id: own\\n    errorHandler:\\n      deadLetterChannel:\\n        deadLetterUri: direct:helper\\n    from:\\n      uri: platform-http:/own\\n      steps:\\n        - log: x
          """)
  @DisplayName("Neither do other ways to write a route lead round it")
  void otherForms(String form, String text) throws Exception {
    Files.writeString(routes.resolve("own.camel.yaml"), HELPER + text.replace("\\n", "\n") + "\n");

    assertThat(problems()).as(form).isNotEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          direct:own              | to: direct:alibaba-rpc
          timer:own               | to: direct:alibaba-rpc
          seda:own                | to: direct:alibaba-rpc
          platform-http:/own      | to: direct:tool-call
          platform-http:/own      | to: direct:write-answer
          platform-http:/own      | toD: https://example.com/${header.x}
          platform-http:/own      | toD: direct:receipt-${variable.method}
          platform-http:/own      | recipientList:\\n  constant: log:x,log:y
          platform-http:/own      | to: log:{{of.the.environment}}
          platform-http:/own      | to:\\n  uri: smtp:host\\n  parameters:\\n    to: "{{of.the.environment}}"
          platform-http:/own      | to: "{{tollroute.events}}"
          platform-http:/own      | toD: kamelet:elsewhere?message=${header.x}
          platform-http:/own      | log:\\n  message: direct:alibaba-rpc is not called
          """)
  @DisplayName(
      "What begins inside, goes through the corridor or goes elsewhere is nobody's business")
  void allowed(String from, String steps) throws Exception {
    own(from, steps);

    assertThat(problems()).isEmpty();
  }

  @Test
  @DisplayName("What can be had for nothing is known of routes of the operator's own too")
  void own() throws Exception {
    own("platform-http:/own", "to: direct:mine");

    assertThat(paths().to("direct:mine"))
        .contains(
            "direct:mine can be had without a payment: "
                + routes.resolve("own.camel.yaml")
                + ":22 (own) leads to it");
  }

  @ParameterizedTest
  @CsvSource({
    "direct:own, direct:helper",
    "direct://own?block=false, direct:alibaba-rpc",
    "seda:own?size=10, direct:do-the-work"
  })
  @DisplayName("What is told of charges does no work either: refused calls are told too")
  void events(String receiver, String called) throws Exception {
    own(receiver.replaceFirst("[?].*", ""), "to: " + called);

    assertThat(paths("https://erp.example/hook").problems(PAID)).isEmpty();
    assertThat(paths(receiver).problems(PAID))
        .singleElement()
        .asString()
        .startsWith(routes.resolve("own.camel.yaml") + ":22: ")
        .contains("without a payment");
  }

  @Test
  @DisplayName("Nor is a provider itself told of them")
  void eventsOfProvider() throws Exception {
    assertThat(paths("direct:http-json").problems(PAID))
        .extracting(Object::toString)
        .anyMatch(line -> line.contains("leads to direct:http-json without a payment"));
  }
}
