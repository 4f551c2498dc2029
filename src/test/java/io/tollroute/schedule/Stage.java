package io.tollroute.schedule;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.sql.Transactions;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.camel.Processor;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** Two replicas on one database, on which one schedule after the other is played. */
final class Stage implements AutoCloseable {

  private static final String USUAL_PRICE = "0.20";
  private static final List<String> PRICES = List.of("0.10", USUAL_PRICE, "0.30", "0.0015");
  private static final Path SAMPLE = Path.of("services/facebody/masked-face-comparison.yaml");

  private final ManualClock clock = new ManualClock();
  private final List<Replica> replicas = new ArrayList<>();
  private final Store store;
  private final Path services;
  private String price = USUAL_PRICE;
  private volatile World world;

  private Stage(
      Store store,
      Function<Transactions, Transactions> change,
      UnaryOperator<Processor> settleAnswer,
      Path services)
      throws Exception {
    log(Level.OFF);
    this.store = store;
    this.services = services;
    this.world = quiet();
    for (int i = 0; i < 2; i++) {
      replicas.add(
          new Replica(
              change.apply(store.transactions()), services, clock, () -> world, settleAnswer));
    }
  }

  /** Opens the product as it is. */
  static Stage open(Path folder) throws Exception {
    return open(folder, UnaryOperator.identity());
  }

  /** Opens the product with something else that reads what the facilitator says of settlements. */
  static Stage open(Path folder, UnaryOperator<Processor> settleAnswer) throws Exception {
    return open(Store.fresh(), commits -> commits, settleAnswer, folder);
  }

  /** Opens the product with something else to commit with. */
  static Stage open(Store store, Function<Transactions, Transactions> change, Path folder)
      throws Exception {
    return open(store, change, UnaryOperator.identity(), folder);
  }

  private static Stage open(
      Store store,
      Function<Transactions, Transactions> change,
      UnaryOperator<Processor> settleAnswer,
      Path folder)
      throws Exception {
    write(folder, USUAL_PRICE);
    return new Stage(store, change, settleAnswer, folder);
  }

  private static void write(Path folder, String price) throws IOException {
    String sample = Files.readString(SAMPLE).replace("\"0.20\"", "\"" + price + "\"");
    BigDecimal amount = new BigDecimal(price);
    String volume =
        "  volume: [{calls: %d, amount: \"%s\"}]"
            .formatted(
                Ticket.MANY_CALLS,
                amount
                    .multiply(BigDecimal.valueOf(Ticket.MANY_CALLS))
                    .divide(BigDecimal.valueOf(Ticket.MANY_CHEAPER)));
    String per =
        "  per: {pointer: /QualityScoreThreshold, amount: \"%s\", upTo: 100}"
            .formatted(amount.divide(BigDecimal.valueOf(Ticket.UNITS_OF_PRICE)));
    write(folder.resolve("after.yaml"), priced(sample, volume), Replica.SERVICE, "after");
    write(
        folder.resolve("job.yaml"),
        sample.replaceFirst(
            "(?m)^provider:$",
            "provider:\n  job: {look: direct:look, withinSeconds: " + Replica.JOB_SECONDS + "}"),
        Replica.JOB_SERVICE,
        "after");
    write(folder.resolve("first.yaml"), priced(sample, per), Replica.FIRST_SERVICE, "first");
  }

  /** A call that is paid first costs more by its input, and many calls of a token are cheaper. */
  private static String priced(String sample, String line) {
    return sample.replaceFirst("(?m)^  amount: .*$", "$0\n" + line);
  }

  private static void write(Path file, String sample, String id, String settle) throws IOException {
    String service =
        sample
            .replaceFirst("(?m)^id: .*$", "id: " + id + "\nsettle: " + settle)
            .replaceFirst("(?m)^aliases:\n  - .*\n", "")
            .replaceFirst("(?m)^toolName: .*$", "toolName: " + id.replace('-', '_'));
    Files.writeString(file, service);
  }

  /** What goes wrong on purpose, some thousand times, needs no line each. */
  private static void log(Level level) {
    Configurator.setLevel("io.tollroute", level);
    Configurator.setLevel("org.apache.camel", level == Level.OFF ? level : Level.WARN);
  }

  /** A world in which nothing goes wrong and everybody runs as he likes. */
  World quiet() {
    return new World(clock, new SplittableRandom(0), Optional.empty(), Weather.fair(true));
  }

  /** Everything costs something else from now on, where a replica has seen it. */
  String changePrice(SplittableRandom random) throws IOException {
    price = PRICES.get((PRICES.indexOf(price) + 1 + random.nextInt(2)) % PRICES.size());
    write(services, price);
    return price;
  }

  /** Begins with the usual price, and without any that was offered before. */
  void offerAnew() throws IOException, Refusal {
    if (!price.equals(USUAL_PRICE)) {
      price = USUAL_PRICE;
      write(services, price);
    }
    for (Replica replica : replicas) {
      replica.reload();
      replica.renewOffers();
    }
  }

  void set(World next) {
    world = next;
  }

  ManualClock clock() {
    return clock;
  }

  Replica replica(int number) {
    return replicas.get(number);
  }

  Store store() {
    return store;
  }

  /** Plays the schedule of a seed. */
  Schedule.Outcome play(long seed) throws SQLException, IOException, Refusal {
    return new Schedule(seed, this).play();
  }

  @Override
  public void close() throws SQLException, IOException {
    for (Replica replica : replicas) {
      replica.close();
    }
    store.close();
    log(Level.INFO);
  }
}
