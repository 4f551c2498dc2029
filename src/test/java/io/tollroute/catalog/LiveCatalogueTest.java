package io.tollroute.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveCatalogueTest {

  @TempDir Path folder;

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private AbstractAppender appender;

  @BeforeEach
  void listen() {
    appender =
        new AbstractAppender("test", null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            log.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
          }
        };
    appender.start();
    Configurator.setLevel(LiveCatalogue.class, org.apache.logging.log4j.Level.INFO);
    ((Logger) LogManager.getLogger(LiveCatalogue.class)).addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    ((Logger) LogManager.getLogger(LiveCatalogue.class)).removeAppender(appender);
  }

  @Test
  void a_folder_that_is_broken_at_the_start_stops_the_start() throws Exception {
    Path file = ServiceFiles.write(folder, "a.yaml", "id: [");

    assertThatExceptionOfType(CatalogueFault.class)
        .isThrownBy(() -> new LiveCatalogue(new ServiceFolder(folder)))
        .withMessageContaining(file + ":");
  }

  @Test
  void a_folder_nobody_touched_is_not_read_again() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder));
    Catalogue first = live.current();

    assertThat(live.reload()).isFalse();
    assertThat(live.current()).isSameAs(first);
    assertThat(log).isEmpty();
  }

  @Test
  void an_edited_an_added_and_a_removed_file_are_noticed() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder));

    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha", "x", "alpha", "10.25"));
    assertThat(live.reload()).isTrue();
    assertThat(live.current().find("alpha").orElseThrow().price())
        .isEqualTo(new Price("USD", new BigDecimal("10.25")));

    Path other = ServiceFiles.write(folder, "new/b.yaml", ServiceFiles.echo("beta"));
    assertThat(live.reload()).isTrue();
    assertThat(live.current().find("beta")).isPresent();

    Files.delete(other);
    assertThat(live.reload()).isTrue();
    assertThat(live.current().find("beta")).isEmpty();
  }

  @Test
  void a_call_keeps_the_service_it_found_when_the_file_changes_under_it() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder));
    Catalogue held = live.current();

    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha", "x", "alpha", "10.00"));
    live.reload();

    assertThat(held.find("alpha").orElseThrow().price().cents()).hasValue(20);
  }

  @Test
  void a_service_whose_provider_nobody_serves_is_refused_with_its_line_and_the_old_one_stays()
      throws Exception {
    Path file = ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live =
        new LiveCatalogue(
            new ServiceFolder(
                folder,
                "after",
                route ->
                    route.equals("direct:nobody")
                        ? Optional.empty()
                        : Optional.of(new RouteKind(route)),
                List.of()));
    Catalogue good = live.current();

    ServiceFiles.write(
        folder,
        "a.yaml",
        ServiceFiles.echo("alpha").replaceFirst("route: .*", "route: direct:nobody"));

    assertThat(live.reload()).isFalse();
    assertThat(live.current()).isSameAs(good);
    assertThat(live.lastFault())
        .hasValueSatisfying(
            fault ->
                assertThat(fault)
                    .matches(
                        java.util.regex.Pattern.quote(file.toString())
                            + ":\\d+: /provider/route: no route file serves direct:nobody"));
  }

  /** A provider that needs a key. */
  private static final class Keyed implements ProviderKind {

    private boolean present;

    @Override
    public String route() {
      return "direct:keyed";
    }

    @Override
    public Optional<String> lacking() {
      return present ? Optional.empty() : Optional.of("THE_KEY: is not set");
    }
  }

  @Test
  void a_service_whose_provider_lacks_a_key_is_refused_until_it_is_there() throws Exception {
    Keyed keyed = new Keyed();
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live =
        new LiveCatalogue(
            new ServiceFolder(
                folder,
                "after",
                route -> Optional.of(route.equals(keyed.route()) ? keyed : new RouteKind(route)),
                List.of()));
    String wanting = ServiceFiles.echo("beta").replaceFirst("route: .*", "route: direct:keyed");
    Path file = ServiceFiles.write(folder, "b.yaml", wanting);
    ServiceFiles.write(folder, "c.yaml", wanting.replace("beta", "gamma"));

    assertThat(live.reload()).isFalse();
    assertThat(live.current().services()).extracting(Service::id).containsExactly("alpha");
    assertThat(live.lastFault())
        .contains(file + ":22: THE_KEY: is not set; direct:keyed needs it (and 1 more)");
    assertThat(live.reload()).as("nothing has changed").isFalse();

    keyed.present = true;

    assertThat(live.reload()).isTrue();
    assertThat(live.current().services())
        .extracting(Service::id)
        .containsExactly("alpha", "beta", "gamma");
    assertThat(live.lastFault()).isEmpty();
    assertThat(live.reload()).as("nothing has changed since").isFalse();
  }

  @Test
  void a_broken_edit_keeps_the_last_good_catalogue_and_says_so_once() throws Exception {
    Path file = ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder));
    Catalogue good = live.current();

    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha").replace("USD", "EUR!"));
    for (int poll = 0; poll < 3; poll++) {
      assertThat(live.reload()).isFalse();
    }

    assertThat(live.current()).isSameAs(good);
    assertThat(live.lastFault()).hasValueSatisfying(f -> assertThat(f).startsWith(file + ":8: "));
    assertThat(log).singleElement().asString().startsWith("WARN").contains(file + ":8: /price");
  }

  @Test
  void another_broken_edit_is_told_again_and_a_repair_too() throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder));

    ServiceFiles.write(folder, "a.yaml", "id: [");
    live.reload();
    ServiceFiles.write(folder, "a.yaml", "id: alpha, but not all");
    live.reload();
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha-again"));

    assertThat(live.reload()).isTrue();
    assertThat(live.lastFault()).isEmpty();
    assertThat(live.current().find("alpha-again")).isPresent();
    assertThat(log)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("WARN"),
            line -> assertThat(line).startsWith("WARN"),
            line -> assertThat(line).startsWith("INFO").contains("repaired"));
  }

  @Test
  void a_folder_that_disappears_takes_nothing_off_sale() throws Exception {
    Path file = ServiceFiles.write(folder, "sub/a.yaml", ServiceFiles.echo("alpha"));
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder.resolve("sub")));

    Files.delete(file);
    Files.delete(folder.resolve("sub"));

    assertThat(live.reload()).isFalse();
    assertThat(live.current().find("alpha")).isPresent();
    assertThat(live.lastFault()).isPresent();
  }

  @Test
  void a_config_map_that_swaps_its_data_folder_is_noticed_even_if_dates_and_sizes_are_equal()
      throws Exception {
    Path one = ServiceFiles.write(folder, "..2026_01/a.yaml", ServiceFiles.echo("alpha"));
    Path two =
        ServiceFiles.write(
            folder, "..2026_02/a.yaml", ServiceFiles.echo("alpha").replace("0.20", "0.30"));
    Files.setLastModifiedTime(two, Files.getLastModifiedTime(one));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder));
    assertThat(live.current().services()).hasSize(1);

    Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2026_02"));
    Files.move(
        folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

    assertThat(live.reload()).isTrue();
    assertThat(live.current().find("alpha").orElseThrow().price().cents()).hasValue(30);
  }

  @Test
  void readers_see_one_whole_catalogue_or_the_other_while_it_is_reloaded() throws Exception {
    writePair("0.10");
    LiveCatalogue live = new LiveCatalogue(new ServiceFolder(folder));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> reads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        reads.add(readers.submit(() -> read(live, done)));
      }
      int reloads = 0;
      for (int i = 0; i < 40; i++) {
        writePair(i % 2 == 0 ? "10.20" : "0.10");
        reloads += live.reload() ? 1 : 0;
      }
      done.set(true);

      assertThat(reloads).isGreaterThan(20);
      for (Future<Integer> read : reads) {
        assertThat(read.get()).isPositive();
      }
    } finally {
      done.set(true);
      readers.shutdownNow();
    }
  }

  private void writePair(String amount) throws Exception {
    ServiceFiles.write(folder, "a.yaml", ServiceFiles.echo("alpha", "x", "alpha", amount));
    ServiceFiles.write(folder, "b.yaml", ServiceFiles.echo("beta", "y", "beta", amount));
  }

  private static int read(LiveCatalogue live, AtomicBoolean done) {
    int reads = 0;
    do {
      Catalogue seen = live.current();
      assertThat(seen.find("alpha").orElseThrow().price())
          .isEqualTo(seen.find("beta").orElseThrow().price());
      reads++;
    } while (!done.get());
    return reads;
  }
}
