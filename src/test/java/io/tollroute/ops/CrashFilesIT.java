package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.testing.Folders;
import io.tollroute.testing.Shop;
import io.tollroute.testing.ShopProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves behind that comes to a bad end. */
class CrashFilesIT {

  private static final String TOKEN = "facilitator-token-3e7d";
  private static final String MANAGEMENT = "management-token-91ac";
  private static final String NODE_KEY = "node-key-77fe";
  private static final String IMAGE = "private-face-58b";

  @TempDir private Path folder;

  @Test
  @DisplayName("A JVM that crashes leaves no report and no memory, and no secret in any file")
  void crash() throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("TOLLROUTE_HOME", Path.of("").toAbsolutePath().toString());
    settings.put("TOLLROUTE_SERVICES", Folders.FIRST_SERVICE.toString());
    settings.put("TOLLROUTE_MANAGEMENT_TOKEN", MANAGEMENT);
    settings.put("TOLLROUTE_X402_FACILITATOR_AUTH", "bearer");
    // where a report would show it: it has no variable of the environment but all of these
    settings.put("TOLLROUTE_JAVA_OPTS", "-Dtollroute.x402.facilitator.token=" + TOKEN);
    settings.put("TOLLROUTE_X402_RPC_URL", "http://127.0.0.1:1/v3/" + NODE_KEY);
    Path here = Path.of("").toAbsolutePath();
    Set<Path> before = reports(here);
    Set<Path> temporary = reports(Path.of("/tmp"));
    try (Shop others = Shop.open();
        ShopProcess shop = ShopProcess.launch(others, folder, settings)) {
      ObjectNode demand = others.demand();
      // nothing that names the address: the process has another one
      demand.remove(List.of("resource", "extensions"));
      ObjectNode payment = others.wallet().sign(demand, demand.at("/accepts/0"));
      String signature = payment.at("/payload/signature").asText().substring(2, 60);
      assertThat(
              shop.buy(Shop.encode(payment), Shop.BODY.replace("/a.jpg", "/" + IMAGE + ".jpg"))
                  .statusCode())
          .isEqualTo(200);

      shop.signal("SEGV");
      assertThat(shop.awaitExit(60)).isNotZero();

      assertThat(shop.printed()).contains("SIGSEGV", "CreateCoredumpOnCrash turned off");
      assertThat(reports(here)).isEqualTo(before);
      assertThat(reports(Path.of("/tmp"))).isEqualTo(temporary);
      for (Path file : files(folder)) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(List.of(TOKEN, MANAGEMENT, NODE_KEY, IMAGE, signature))
            .as(file.toString())
            .noneMatch(text::contains);
      }
    }
  }

  private static Set<Path> reports(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files
          .filter(file -> file.getFileName().toString().matches("hs_err.*|core(\\..*)?|.*\\.hprof"))
          .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile).forEach(files::add);
    }
    return files;
  }

  @Test
  @DisplayName("Nothing that starts it asks for the memory of a process that ends")
  void settings() throws Exception {
    List<Path> starters = new ArrayList<>();
    for (String folder : List.of("k8s", "src/image", "src/main/helm", "conf")) {
      if (Files.isDirectory(Path.of(folder))) {
        starters.addAll(files(Path.of(folder)));
      }
    }
    for (Path file : starters) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContain("HeapDumpOnOutOfMemoryError", "HeapDumpPath", "OnOutOfMemoryError=");
    }
    for (Path file :
        List.of(
            Path.of("tollroute"),
            Path.of("pom.xml"),
            Path.of("src/image/usr/local/bin/tollroute"))) {
      assertThat(Files.readString(file))
          .as(file.toString())
          .doesNotContain("HeapDumpOnOutOfMemoryError", "HeapDumpPath", "OnOutOfMemoryError=")
          .contains("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null");
    }
  }
}
