package io.tollroute.crash;

import static io.tollroute.testing.ScriptedUpstream.answering;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.testing.ScriptedUpstream;
import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The product is killed when it has something to tell. */
@DisplayName("kill -9, and events")
class EventsCrashIT {

  @TempDir private Path folder;
  private ScriptedUpstream receiver;

  @BeforeEach
  void open() throws IOException {
    receiver = new ScriptedUpstream();
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private CrashShop shop(Database database) throws Exception {
    Distribution distribution = new Distribution();
    CrashShop shop = new CrashShop(distribution, folder, database);
    shop.set("TOLLROUTE_EVENTS", receiver.url());
    shop.learn();
    return shop;
  }

  private Database database(boolean shared) throws Exception {
    return shared ? new PostgresDatabase() : new SqliteFile(folder.resolve("ledger.db"));
  }

  /** Nobody can wait in a test for as long as the lease of who died lasts. */
  private static void endLease(Database database) throws Exception {
    if (database instanceof PostgresDatabase postgres) {
      postgres.execute("UPDATE event_sender SET lease_until = 0");
    }
  }

  private static CrashShop.Purchase purchase(String name) {
    return new Purchase("https://images.example.com/" + name + ".jpg");
  }

  private List<JsonNode> told() throws IOException {
    List<JsonNode> told = new ArrayList<>();
    for (ScriptedUpstream.Request request : receiver.requests()) {
      told.add(Shop.json(request.body()));
    }
    return told;
  }

  @ParameterizedTest(name = "shared database: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("between the commit and the sending: what was committed is told")
  void written(boolean shared) throws Exception {
    Database database = database(shared);
    try (CrashShop shop = shop(database)) {
      receiver.does(answering(500, ""));
      shop.open();
      shop.dieAt(Point.TOLD, shop.tries(purchase("written"), shop.signature()));
      receiver.does(answering(200, ""));
      endLease(database);

      shop.open();

      Shop.await(() -> !receiver.requests().isEmpty());
      assertThat(told().get(0).path("type").asText()).isEqualTo("io.tollroute.charge.settled");
    }
  }

  @ParameterizedTest(name = "shared database: {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName("between the sending and the forgetting: told again, with the same id")
  void sent(boolean shared) throws Exception {
    Database database = database(shared);
    try (CrashShop shop = shop(database)) {
      receiver.does(answering(200, ""));
      shop.open();
      shop.rules().arm(Point.SENT);
      HttpResponse<String> answer = shop.tries(purchase("sent"), shop.signature()).untilItEnds();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      Shop.await(() -> shop.rules().isHeld(Point.SENT));
      shop.kill();
      shop.rules().disarm(Point.SENT);
      List<JsonNode> before = told();
      receiver.does(answering(200, ""));
      endLease(database);

      shop.open();

      Shop.await(() -> !receiver.requests().isEmpty());
      assertThat(before).hasSize(1);
      assertThat(told()).isEqualTo(before);
    }
  }
}
