package io.tollroute.crash;

import io.tollroute.crash.CrashShop.Purchase;
import io.tollroute.testing.Shop;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Buyers who buy one call after the other, each with a payment of its own, until they are told. */
final class Buyers implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  private final ExecutorService threads;
  private final int size;
  private final boolean patient;
  private final AtomicBoolean buying = new AtomicBoolean(true);
  private final AtomicInteger calls = new AtomicInteger();
  private final Set<Integer> goingOn = ConcurrentHashMap.newKeySet();
  private final AtomicReference<List<CrashShop>> open = new AtomicReference<>(List.of());
  private final Queue<Sale> sales = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Future<Void>> all = new ArrayList<>();

  /** One call that was answered, by whom, and its buyer's way to ask for it again. */
  record Sale(int number, CrashShop by, Purchase purchase, String signature, String answer) {}

  /** So many at once, who ask once. */
  Buyers(int size) {
    this(size, false);
  }

  private Buyers(int size, boolean patient) {
    this.size = size;
    this.patient = patient;
    this.threads = Executors.newFixedThreadPool(size);
  }

  /** The same, who send a payment again as long as they are asked to. */
  static Buyers patient(int size) {
    return new Buyers(size, true);
  }

  /** From now on they go to these, as behind a balancer; what they have begun elsewhere ends. */
  void goTo(CrashShop... shops) {
    open.set(List.of(shops));
    while (all.size() < size) {
      int buyer = all.size();
      all.add(threads.submit(() -> buy(buyer)));
    }
  }

  private Void buy(int buyer) throws Exception {
    while (buying.get()) {
      int number = calls.incrementAndGet();
      goingOn.add(number);
      List<CrashShop> shops = open.get();
      CrashShop shop = shops.get((buyer + number) % shops.size());
      Purchase purchase = new Purchase("https://images.example.com/" + number + ".jpg");
      String signature = shop.signature();
      Tries tries = shop.tries(purchase, signature);
      HttpResponse<String> answer = patient ? tries.untilItEnds() : tries.once();
      if (answer.statusCode() == 200) {
        sales.add(new Sale(number, shop, purchase, signature, answer.body()));
      } else {
        failures.add(answer.statusCode() + answer.body());
      }
      goingOn.remove(number);
    }
    return null;
  }

  /** Waits until a shop has sold so many more to them, or something has failed. */
  void awaitSales(CrashShop shop, int more) throws Exception {
    long until = soldBy(shop) + more;
    Shop.await(() -> soldBy(shop) >= until || isBroken());
  }

  private boolean isBroken() {
    return !failures.isEmpty() || all.stream().anyMatch(Future::isDone);
  }

  private long soldBy(CrashShop shop) {
    return sales.stream().filter(sale -> sale.by() == shop).count();
  }

  /** Waits until every call that was begun before now has ended. */
  void awaitWhatIsBegun() throws Exception {
    Set<Integer> begun = Set.copyOf(goingOn);
    Shop.await(() -> Collections.disjoint(goingOn, begun) || isBroken());
  }

  /** Lets each end what he has begun. */
  void stop() throws Exception {
    buying.set(false);
    for (Future<Void> each : all) {
      each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** How many calls were begun. */
  int begun() {
    return calls.get();
  }

  /** What they have got until now. */
  List<Sale> sales() {
    return List.copyOf(sales);
  }

  /** Every answer that was none. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    buying.set(false);
    threads.shutdownNow();
  }
}
