package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceLogIT {

  private static final String IMAGE = "https://images.example.com/private-face-41c.jpg";
  private static final String TOKEN = "facilitator-token-9b2e";

  @TempDir private Path folder;

  @Test
  @DisplayName("the most talkative log shows no image, signature, token or key of a call either")
  void quietAboutBuyers() throws Exception {
    try (Shop others = Shop.open();
        ShopProcess shop =
            ShopProcess.start(
                others,
                folder,
                Map.of(
                    "JDK_JAVA_OPTIONS", "-Dtollroute.log=trace",
                    "TOLLROUTE_X402_FACILITATOR_AUTH", "bearer",
                    "TOLLROUTE_X402_FACILITATOR_TOKEN", TOKEN))) {
      ObjectNode demand = others.demand();
      // nothing that names the address: the process has another one
      demand.remove(List.of("resource", "extensions"));
      ObjectNode payment = others.wallet().sign(demand, demand.at("/accepts/0"));
      String signature = payment.at("/payload/signature").asText();
      String header = Shop.encode(payment);

      assertThat(
              shop.buy(header, Shop.BODY.replace("https://images.example.com/a.jpg", IMAGE))
                  .statusCode())
          .isEqualTo(200);
      shop.terminate();
      shop.awaitExit(60);

      assertThat(shop.printed())
          .contains("tollroute.log=trace")
          .doesNotContain("private-face-41c")
          .doesNotContain(TOKEN)
          .doesNotContain(SandboxAccount.ACCESS_KEY_SECRET)
          .doesNotContain(signature.substring(2, 40))
          .doesNotContain(header.substring(0, 60));
    }
  }
}
