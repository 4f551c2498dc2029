package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.Shop;
import io.tollroute.testing.TokenBuyer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FairShareIT {

  private static final int FLOODING = 8;

  @Test
  @DisplayName(
      "who repeats what is not charged, as fast as he can, does not take the rate from others")
  void uncharged() throws Exception {
    try (Shop shop = Shop.open(Map.of("TOLLROUTE_ALIBABA_CALLS_PER_SECOND", "2"))) {
      TokenBuyer tokens = new TokenBuyer(shop);
      JsonNode token = tokens.paid(100);
      String faceless = Shop.magic("/sandbox/error/InvalidImage.NotFoundFace");
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger worked = new AtomicInteger();
      AtomicInteger busy = new AtomicInteger();
      ExecutorService threads = Executors.newFixedThreadPool(FLOODING);
      try {
        for (int i = 0; i < FLOODING; i++) {
          String body = faceless.replace("b.jpg", "b" + i + ".jpg");
          threads.submit(
              () -> {
                while (!over.get()) {
                  int status = tokens.use(token, body).statusCode();
                  (status == 422 ? worked : busy).incrementAndGet();
                }
                return null;
              });
        }
        Shop.await(() -> worked.get() >= 3 && busy.get() >= FLOODING);

        for (int i = 0; i < 3; i++) {
          HttpResponse<String> answer = shop.buy(shop.signature());
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
      } finally {
        over.set(true);
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(shop.settled()).as("three calls and the token").isEqualTo(4);
    }
  }
}
