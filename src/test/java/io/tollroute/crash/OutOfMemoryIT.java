package io.tollroute.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Books;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The product as the launcher starts it runs out of memory at a moment of a paid call. An agent
 * asks for more than there is, or says that there is none.
 */
@DisplayName("Out of memory")
@Timeout(300)
class OutOfMemoryIT {

  private static final int OUT_OF_MEMORY = 3;

  /** More than any heap. */
  private static final String ASK = "java.nio.ByteBuffer.allocate(2147483647)";

  /** What Java code says where something else than the heap is used up. */
  private static final String SAY = "THROW new java.lang.OutOfMemoryError(\"direct memory\")";

  @TempDir private static Path home;

  private static Shop others;
  private static String signature;

  @BeforeAll
  static void open() throws Exception {
    others = Shop.open();
  }

  @AfterAll
  static void close() throws Exception {
    others.close();
  }

  @AfterEach
  void disarm() throws IOException {
    Files.deleteIfExists(armed());
  }

  private static Path armed() {
    return home.resolve("armed");
  }

  private static ShopProcess launch(String rule) throws Exception {
    Path script = Files.writeString(home.resolve("memory.btm"), rule);
    String agent =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.contains("byteman"))
            .findFirst()
            .orElseThrow();
    return ShopProcess.launch(
        others,
        home,
        Map.of(
            "TOLLROUTE_HOME",
            Path.of("").toAbsolutePath().toString(),
            "TOLLROUTE_JAVA_OPTS",
            "-javaagent:" + agent + "=script:" + script));
  }

  private static HttpResponse<String> buy(ShopProcess shop) throws Exception {
    return shop.buy(signature, Shop.BODY);
  }

  @ParameterizedTest(name = "{0}: it ends, and the payment in one answer and one charge")
  @CsvSource(
      delimiter = '|',
      value = {
        "when the answer is kept | corridor.KeepAnswer | process | EXIT | ask",
        "when the money has moved | corridor.RecordSettlement | process | ENTRY | ask",
        "in the ledger's writer | ledger.sql.SoleConnection | commit | ENTRY | ask",
        "in the ledger's writer, of other memory | ledger.sql.SoleConnection | commit | ENTRY | say",
        "in an event loop, the answer in its hands | web.Guest | answerEnds | ENTRY | ask"
      })
  void ends(String when, String type, String method, String where, String what) throws Exception {
    String rule =
        """
        RULE out of memory
        CLASS io.tollroute.%s
        METHOD %s
        AT %s
        BIND armed : java.io.File = new java.io.File("%s")
        IF armed.exists()
        DO %s
        ENDRULE
        """
            .formatted(type, method, where, armed(), what.equals("ask") ? ASK : SAY);
    ObjectNode demand = others.demand();
    // nothing that names the address: each process has another one
    demand.remove(List.of("resource", "extensions"));
    signature = Shop.encode(others.wallet().sign(demand, demand.at("/accepts/0")));
    Books before = others.takeStock();
    Books story;

    try (ShopProcess shop = launch(rule)) {
      story = others.since(before);
      Files.createFile(armed());
      assertThat(isAnswered(shop)).isFalse();
      assertThat(shop.awaitExit(30)).as(shop.printed()).isEqualTo(OUT_OF_MEMORY);
    }
    Files.delete(armed());

    try (ShopProcess shop = launch(rule)) {
      Shop.await(() -> buy(shop).statusCode() == 200);
      String answer = buy(shop).body();
      assertThat(buy(shop).body()).isEqualTo(answer);
      assertThat(shop.readiness()).isEqualTo(200);
    }
    Books since = others.since(before);
    // each of the two buys once for itself when it starts, to tell a story of it
    assertThat(since.upstream() - 2 * story.upstream()).isEqualTo(1);
    assertThat(since.settled() - 2 * story.settled()).isEqualTo(1);
  }

  private static boolean isAnswered(ShopProcess shop) throws Exception {
    try {
      buy(shop);
      return true;
    } catch (IOException brokenLine) {
      return false;
    }
  }
}
