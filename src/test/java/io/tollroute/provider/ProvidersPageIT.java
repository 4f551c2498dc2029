package io.tollroute.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tollroute.testing.Folders;
import io.tollroute.testing.Jars;
import io.tollroute.testing.Page;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/providers.md that comes in a jar, as it stands there. */
@DisplayName("Java in a jar beside the bundle, as docs/providers.md shows it")
@Timeout(300)
class ProvidersPageIT {

  private static final String WORD_COUNT = "/api/tools/word-count";

  @TempDir private Path home;
  @TempDir private Path sources;

  private Page page;

  @BeforeEach
  void unpack() throws Exception {
    page = new Page("providers.md");
    for (String part : new String[] {"routes", "services", "schema", "docs"}) {
      Folders.furnish(home, part);
    }
    page.write("routes/provider/word-count.camel.yaml", home);
    page.write("services/word-count.yaml", home);
    page.write("acme/WordCount.java", sources);
    page.write("acme/WordCountKind.java", sources);
    page.write("META-INF/services/io.tollroute.catalog.ProviderKind", sources);
    Jars.pack(sources, home.resolve("lib/ext/acme.jar"));
  }

  @Test
  @DisplayName("is sold; what is the caller's fault is 422 and not charged")
  void sold() throws Exception {
    JsonNode service = new YAMLMapper().readTree(page.file("services/word-count.yaml"));
    try (Shop others = Shop.open();
        ShopProcess shop = ShopProcess.launch(others, home, Map.of())) {
      HttpResponse<String> answer = buy(others, shop, service.path("exampleRequest").toString());
      assertThat(answer.statusCode()).as(answer.body() + shop.printed()).isEqualTo(200);
      assertThat(Shop.json(answer).path("data")).isEqualTo(service.at("/exampleResponse/data"));

      int settled = others.settled();
      HttpResponse<String> refused = buy(others, shop, "{\"text\":\" \"}");
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
      assertThat(Shop.json(refused).path("charged").asText()).isEqualTo("no");
      assertThat(Shop.json(refused).path("message").asText())
          .isEqualTo("There is no word in the text.");
      assertThat(others.settled()).isEqualTo(settled);
      assertThat(shop.printed()).doesNotContain("WARN", "Exception");
    }
  }

  private static HttpResponse<String> buy(Shop others, ShopProcess shop, String body)
      throws Exception {
    ObjectNode demand = Shop.demand(shop.post(WORD_COUNT, ""));
    String signature = Shop.encode(others.wallet().sign(demand, demand.at("/accepts/0")));
    return shop.post(WORD_COUNT, body, "PAYMENT-SIGNATURE", signature);
  }

  @Test
  @DisplayName("says itself what a service may tell it: the start names the line that is wrong")
  void settings() throws Exception {
    Path service = home.resolve("services/word-count.yaml");
    Files.writeString(service, Files.readString(service) + "  settings: {language: en}\n");

    assertThat(refusal())
        .isEqualTo(
            service
                + ":17: /provider/settings/language: property 'language' is not defined in the"
                + " schema and the schema does not allow additional properties");
  }

  /** What the start says that does not take place. */
  private String refusal() throws Exception {
    try (Shop others = Shop.open()) {
      ShopProcess.launch(others, home, Map.of()).close();
      throw new AssertionError("it started");
    } catch (IllegalStateException refused) {
      return refused.getMessage().replaceFirst("(?s).*it does not sell: ", "").strip();
    }
  }
}
