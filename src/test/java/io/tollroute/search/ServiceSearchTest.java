package io.tollroute.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The search of services")
class ServiceSearchTest {

  private static final Path QUERIES = Path.of("src", "test", "resources", "search-queries.tsv");

  private static Catalogue catalogue;
  private static ServiceSearch search;

  private record Wish(String text, String id) {}

  @BeforeAll
  static void index() throws Exception {
    catalogue = catalogue();
    search = ServiceSearch.of(() -> catalogue);
  }

  private static Catalogue catalogue() throws Exception {
    return new ServiceFolder(Path.of("services")).load();
  }

  private static List<Wish> wishes() throws Exception {
    try (Stream<String> lines = Files.lines(QUERIES)) {
      return lines
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .map(columns -> new Wish(columns[0], columns[1]))
          .toList();
    }
  }

  private static List<String> ids(String text) {
    return search.find(text).stream().map(Service::id).toList();
  }

  @Test
  @DisplayName("has what was meant in the first place, for at least 56 of 60 written wishes")
  void wished() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Wish wish : wishes()) {
      List<String> found = ids(wish.text());
      if (found.isEmpty() || !found.get(0).equals(wish.id())) {
        wrong.add(wish + " found " + found.subList(0, Math.min(4, found.size())));
      }
    }

    assertThat(wishes()).hasSize(60);
    assertThat(wrong).hasSizeLessThanOrEqualTo(4);
  }

  private static Stream<String> anything() throws Exception {
    return Stream.concat(
        wishes().stream().map(Wish::text),
        Stream.concat(
            catalogue().services().stream()
                .flatMap(s -> Stream.of(s.id(), s.title(), s.shelf().category(), s.tags().get(0))),
            Stream.of(
                "*",
                "?",
                ".*",
                "(a+)+$",
                "[a-z]*",
                "id:*",
                "title:face OR *:*",
                "face AND NOT mask",
                "\"face",
                "face~2",
                "face^100 -mask +face",
                "{!func}1",
                "' OR '1'='1",
                "'; DROP TABLE charge; --",
                "../../etc/passwd",
                "<script>alert(1)</script>",
                "${jndi:ldap://127.0.0.1/a}",
                "\u0000\u0007\u001b[31m",
                "face\u0000detection",
                "\uD800\uDC00 \uD83D\uDE00",
                "\uD800",
                "\u202Eecaf",
                "the",
                "a",
                "image",
                "recognition",
                "detection image face video vision",
                "alibaba cloud",
                "aliyun",
                "图",
                "识别",
                "人脸",
                "a ".repeat(150),
                "x".repeat(300),
                "face ".repeat(60),
                "脸".repeat(300))));
  }

  @Test
  @DisplayName("tells a third of the shop at most, whatever it is asked for")
  void third() throws Exception {
    for (String text : anything().toList()) {
      assertThat(ids(text))
          .as(text)
          .hasSizeLessThanOrEqualTo(catalogue.services().size() / 3)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  @DisplayName("has nothing for what is no word, or a word of something else altogether")
  void nothing() {
    for (String text : List.of("*", "?!", "\"\"", "\u0000", "the", "zzyzx", "量子色动力学")) {
      assertThat(ids(text)).as(text).isEmpty();
    }
  }

  @Test
  @DisplayName("knows a service by each of its names, however they are written")
  void names() {
    for (Service service : catalogue.services()) {
      List<String> names = new ArrayList<>(service.aliases());
      names.addAll(
          List.of(service.id(), service.toolName(), service.id().toUpperCase(Locale.ROOT)));
      for (String name : names) {
        assertThat(ids(name)).as(name).first().isEqualTo(service.id());
      }
    }
  }

  @Test
  @DisplayName("reads operators of query languages as the words that they are")
  void syntax() {
    assertThat(ids("title:(license AND plate)^9~ \"recognition*\" -x"))
        .isEqualTo(ids("title license plate recognition x"));
  }

  @Test
  @DisplayName("finds a word without one of its letters, with two that changed places, or joined")
  void mistakes() {
    for (String written :
        List.of("licnse plate", "licesne plate", "licenseplate", "License  PLATES")) {
      assertThat(ids(written)).as(written).first().isEqualTo("license-plate-recognition");
    }
  }

  @Test
  @DisplayName("shows all, ordered by id, to whoever asks for nothing")
  void all() {
    assertThat(search.find(" ")).isEqualTo(catalogue.services());
  }

  @Test
  @DisplayName("reads no more than 300 characters")
  void longest() {
    assertThatThrownBy(() -> search.find("x".repeat(301)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("follows the catalogue, and finds nothing that is not on sale any more")
  void follows() throws Exception {
    List<Service> onSale = new ArrayList<>(catalogue.services());
    AtomicReference<Catalogue> current = new AtomicReference<>(catalogue);
    ServiceSearch following = ServiceSearch.of(current::get);
    assertThat(following.find("face detection").get(0).id()).isEqualTo("face-detection");

    onSale.removeIf(service -> service.id().equals("face-detection"));
    current.set(new Catalogue(onSale));

    assertThat(following.find("face detection"))
        .isNotEmpty()
        .noneMatch(service -> service.id().equals("face-detection"));
  }

  @Test
  @DisplayName("finds also in a shop with a single service")
  void single() throws Exception {
    Catalogue one = new Catalogue(List.of(catalogue.find("masked-face-comparison").orElseThrow()));

    assertThat(ServiceSearch.of(() -> one).find("mask")).hasSize(1);
    assertThat(ServiceSearch.of(() -> one).find("invoice")).isEmpty();
  }
}
