package io.tollroute.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.testing.ScriptedUpstream;
import java.net.InetAddress;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiPredicate;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A connection")
class GuardedConnectionsTest {

  private static int status(BiPredicate<String, InetAddress> allowed) throws Exception {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (ScriptedUpstream upstream = new ScriptedUpstream();
        GuardedConnections connections = new GuardedConnections(timer, allowed, 2)) {
      upstream.does(ScriptedUpstream.answering(200, "{}"));
      HttpClientBuilder builder = HttpClientBuilder.create();
      connections
          .within(new BoundedHttp(timer, Clock.systemUTC(), 5_000, 100))
          .configureHttpClient(builder);
      String url = upstream.url().replace("127.0.0.1", "localhost");
      try (CloseableHttpClient client = builder.build()) {
        return client.execute(new HttpGet(url), answer -> answer.getCode());
      }
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  @DisplayName("is made when the address that the name leads to is allowed")
  void allowed() throws Exception {
    assertThat(status((host, address) -> host.equals("localhost") && address.isLoopbackAddress()))
        .isEqualTo(200);
  }

  @Test
  @DisplayName("is not made to a name of which one address is not allowed")
  void forbidden() {
    assertThatThrownBy(() -> status((host, address) -> !address.isLoopbackAddress()))
        .isInstanceOf(ForbiddenAddress.class);
  }
}
