package io.tollroute.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.answer.ErrorWord;
import io.tollroute.answer.ErrorWords;
import io.tollroute.testing.Folders;
import io.tollroute.testing.RawHttp;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own pages, and where somebody is sent who has gone astray. */
class PagesTest {

  private static final Pattern LINK = Pattern.compile("href=\"([^\"]*)\"");
  private static final Pattern ANCHOR = Pattern.compile(" id=\"([^\"]+)\"");

  @TempDir private static Path home;
  private static Path docs;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    docs = Folders.copy(Path.of("docs"), home.resolve("docs"));
    shop = Shop.open(Map.of("TOLLROUTE_DOCS", docs.toString()));
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
  }

  static List<ErrorWord> words() throws Exception {
    return ErrorWords.read().all();
  }

  private static Set<String> anchors(String page) {
    Set<String> anchors = new TreeSet<>();
    ANCHOR.matcher(page).results().forEach(found -> anchors.add(found.group(1)));
    return anchors;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/docs/errors", "/docs/buying", "/docs/mcp"})
  @DisplayName("A page is HTML without anything that runs, and every link in it leads somewhere")
  void page(String address) throws Exception {
    HttpResponse<String> page = shop.get(address);

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none';")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("ETag")).isPresent();
    assertThat(page.body()).startsWith("<!doctype html>").contains("<h1 id=").contains("<table>");
    assertThat(page.body()).doesNotContainPattern("<script|style=|<style|\\son\\w+=");
    for (String link : LINK.matcher(page.body()).results().map(each -> each.group(1)).toList()) {
      if (link.startsWith("https://")) {
        continue;
      }
      String[] parts = link.split("#");
      HttpResponse<String> there =
          shop.get(
              parts[0].isEmpty()
                  ? address
                  : shop.base().resolve(address).resolve(parts[0]).getPath());
      assertThat(there.statusCode()).as(link).isEqualTo(200);
      if (parts.length > 1) {
        assertThat(anchors(there.body())).as(link).contains(parts[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("words")
  @DisplayName("The anchor of every docUrl stands in the page, in the row of its word")
  void anchor(ErrorWord word) throws Exception {
    assertThat(shop.get("/docs/errors").body())
        .contains(
            "<td><a id=\""
                + word.word()
                + "\"></a><code>"
                + word.word()
                + "</code></td>\n<td>"
                + word.status());
  }

  @Test
  @DisplayName("A page follows its file, and is not there when that is gone")
  void follows() throws Exception {
    Path file = docs.resolve("mcp.md");
    String before = Files.readString(file);
    Files.writeString(
        file,
        "# Ours & *yours*\n\n[a](security.md) [b](errors.md#not_found) [c](javascript:alert(1)) {{base}}\n");

    String page = shop.get("/docs/mcp").body();

    assertThat(page)
        .contains("<title>Ours &amp; yours - Tollroute</title>")
        .contains("a <a rel=\"nofollow\" href=\"errors#not_found\">b</a>")
        .contains("{{base}}")
        .doesNotContain("security", "javascript");
    Files.delete(file);
    assertThat(shop.get("/docs/mcp").statusCode()).isEqualTo(404);
    Files.writeString(file, before);
    assertThat(shop.get("/docs/mcp").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/masked-face-comparison,/api/tools/masked-face-comparison",
    "/v1/masked_face_comparison,/api/tools/masked-face-comparison",
    "/MASKED-FACE-COMPARISON,/api/tools/masked-face-comparison",
    "/openapi,''",
    "/OpenAPI.json,/openapi.json",
    "/llm.txt,/llms.txt",
    "/nothing-like-it,''",
    "/,''",
    "/swagger.json,''"
  })
  @DisplayName("A wrong address is told where everything stands, and the nearest right one")
  void astray(String asked, String meant) throws Exception {
    HttpResponse<String> answer = shop.get(asked);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(Shop.json(answer).path("message").asText())
        .isEqualTo(
            "There is nothing at this address. What there is stands in /openapi.json."
                + (meant.isEmpty() ? "" : " Did you mean " + meant + "?"));
  }

  @ParameterizedTest
  @CsvSource({
    "/api/tools/masked-face-comparison,masked-face-comparison",
    "/api/tools/aliyun-facebody-compare-face-with-mask,masked-face-comparison",
    "/api/tools/masked_face_comparison,masked-face-comparison",
    "/api/tools/masked-face-comparison/,masked-face-comparison"
  })
  @DisplayName("A GET where services are called is 405, with where the terms stand")
  void calledWithGet(String asked, String service) throws Exception {
    HttpResponse<String> answer = shop.get(asked);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST, OPTIONS");
    String message = Shop.json(answer).path("message").asText();
    String address = shop.base() + "/services/" + service + "/llms.txt";
    assertThat(message).contains("POST").endsWith(address);
    assertThat(shop.get("/services/" + service + "/llms.txt").body()).contains("USD 0.20");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/tools/weather-of-mars",
        "/api/tools/%3Cscript%3E",
        "/api/tools/%7Bservice%7D"
      })
  @DisplayName("A GET of a service that there is not is 405, and nothing of it comes back")
  void unknownWithGet(String asked) throws Exception {
    RawHttp.Answer answer =
        shop.raw().send("GET " + asked + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(600);
    assertThat(answer.body()).doesNotContain("mars", "script", "{service}", "/services/");
  }
}
