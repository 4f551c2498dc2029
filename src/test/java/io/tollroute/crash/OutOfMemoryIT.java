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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  /** The one that has come after the last death. */
  private static ShopProcess shop;

  /** What a process buys for itself when it starts, to tell a story of it. */
  private static Books story;

  /** Where and how it runs out of memory. */
  private enum Moment {
    KEPT("when the answer is kept", "corridor.KeepAnswer", "process", "EXIT", ASK),
    MOVED("when the money has moved", "corridor.RecordSettlement", "process", "ENTRY", ASK),
    WRITER("in the ledger's writer", "ledger.sql.SoleConnection", "commit", "ENTRY", ASK),
    WRITER_SAID(
        "in the ledger's writer, which has died of it",
        "ledger.sql.SoleConnection",
        "commit",
        "ENTRY",
        SAY),
    LOOP("in an event loop, the answer in its hands", "web.Guest", "answerEnds", "ENTRY", ASK);

    private final String words;
    private final String type;
    private final String method;
    private final String where;
    private final String what;

    Moment(String words, String type, String method, String where, String what) {
      this.words = words;
      this.type = type;
      this.method = method;
      this.where = where;
      this.what = what;
    }

    Path armed() {
      return home.resolve("armed-" + name());
    }

    String rule() {
      return """
          RULE %s
          CLASS io.tollroute.%s
          METHOD %s
          AT %s
          BIND armed : java.io.File = new java.io.File("%s")
          IF armed.exists()
          DO %s
          ENDRULE
          """
          .formatted(name(), type, method, where, armed(), what);
    }

    @Override
    public String toString() {
      return words;
    }
  }

  @BeforeAll
  static void open() throws Exception {
    others = Shop.open();
    Books before = others.takeStock();
    shop = launch();
    story = others.since(before);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    others.close();
  }

  private static ShopProcess launch() throws Exception {
    StringBuilder rules = new StringBuilder();
    for (Moment moment : Moment.values()) {
      rules.append(moment.rule());
    }
    Path script = Files.writeString(home.resolve("memory.btm"), rules);
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

  private static HttpResponse<String> buy(String signature) throws Exception {
    return shop.buy(signature, Shop.BODY);
  }

  private static String signature() throws Exception {
    ObjectNode demand = others.demand();
    // nothing that names the address: each process has another one
    demand.remove(List.of("resource", "extensions"));
    return Shop.encode(others.wallet().sign(demand, demand.at("/accepts/0")));
  }

  @ParameterizedTest(name = "{0}: it ends, and the payment in one answer and one charge")
  @EnumSource(Moment.class)
  void ends(Moment moment) throws Exception {
    String signature = signature();
    Books before = others.takeStock();

    Files.createFile(moment.armed());
    assertThat(isAnswered(signature)).isFalse();
    assertThat(shop.awaitExit(30)).as(shop.printed()).isEqualTo(OUT_OF_MEMORY);
    Files.delete(moment.armed());

    shop = launch();
    Shop.await(() -> buy(signature).statusCode() == 200);
    assertThat(buy(signature).body()).isEqualTo(buy(signature).body());
    assertThat(shop.readiness()).isEqualTo(200);
    Books since = others.since(before);
    assertThat(since.upstream() - story.upstream()).isEqualTo(1);
    assertThat(since.settled() - story.settled()).isEqualTo(1);
  }

  private static boolean isAnswered(String signature) throws Exception {
    try {
      buy(signature);
      return true;
    } catch (IOException brokenLine) {
      return false;
    }
  }
}
