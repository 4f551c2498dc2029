package io.tollroute.job;

import static io.tollroute.job.JobShop.assertAnswered;
import static io.tollroute.job.JobShop.body;
import static io.tollroute.job.JobShop.buy;
import static io.tollroute.job.JobShop.ended;
import static io.tollroute.job.JobShop.job;
import static io.tollroute.job.JobShop.look;
import static io.tollroute.job.JobShop.signature;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.testing.AtOnce;
import io.tollroute.testing.Books;
import io.tollroute.testing.PostgresServer;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job over two replicas on one PostgreSQL database")
class JobReplicasIT {

  @TempDir private static Path home;
  private static Map<String, String> settings;
  private static Shop first;
  private static Shop second;

  @BeforeAll
  static void open() throws Exception {
    settings =
        JobShop.settings(home, PostgresServer.settings(PostgresServer.shared().ledgerDatabase()));
    first = Shop.open(settings);
    second = first.openReplica(settings);
  }

  @AfterAll
  static void close() throws Exception {
    second.close();
    first.close();
  }

  @Test
  @DisplayName("is one job for 50 copies of one payment, looked at by one of them at a time")
  void copies() throws Exception {
    String payment = signature(first);
    String body = body("/sandbox/slow/1000");
    Books before = first.takeStock();
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Shop replica = i % 2 == 0 ? first : second;
      calls.add(() -> buy(replica, payment, body));
    }

    List<HttpResponse<String>> answers = AtOnce.run(calls, 60);

    assertThat(answers)
        .extracting(HttpResponse::statusCode)
        .containsOnly(200, 202, 409)
        .contains(202);
    List<String> names =
        answers.stream()
            .filter(answer -> answer.statusCode() == 202)
            .map(JobReplicasIT::name)
            .distinct()
            .toList();
    assertThat(names).hasSize(1);
    Shop.await(() -> second.get("/api/jobs/" + names.get(0)).statusCode() != 202);
    assertAnswered(second.get("/api/jobs/" + names.get(0)));
    assertThat(buy(second, payment, body).body())
        .isEqualTo(first.get("/api/jobs/" + names.get(0)).body());
    assertThat(first.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }

  private static String name(HttpResponse<String> answer) {
    try {
      return Shop.json(answer).at("/data/job/id").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName("begun by one that stops is ended by the other, for whoever waits there")
  void outlives() throws Exception {
    Books before = first.takeStock();
    Shop third = first.openReplica(settings);
    String payment = signature(first);
    String body = body("/sandbox/slow/3000");
    JsonNode job = job(buy(third, payment, body));
    third.close();

    assertAnswered(buy(second, payment, body, "Prefer", "wait=60"));
    assertAnswered(ended(first, job));
    assertThat(look(second, job).body()).isEqualTo(look(first, job).body());
    assertThat(first.since(before)).isEqualTo(new Books(1, 1, 1, 1, 200_000));
  }
}
