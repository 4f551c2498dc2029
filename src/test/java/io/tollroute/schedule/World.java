package io.tollroute.schedule;

import io.tollroute.call.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Everything outside the replicas in one schedule, and what was seen of them from there. */
final class World {

  /** Seconds for which a replica holds a charge. */
  static final long LEASE_SECONDS = 60;

  private final ManualClock clock;
  private final SplittableRandom random;
  private final Optional<Turns> turns;
  private final Bank bank = new Bank(this);
  private final List<String> violations = new ArrayList<>();
  private final List<Work> works = new ArrayList<>();
  private final Map<Turns.Actor, Attempt> attempts = new HashMap<>();
  private final Map<String, Long> fences = new HashMap<>();
  private final Map<String, Integer> callsOfTokens = new HashMap<>();
  private final Map<String, Long> jobs = new HashMap<>();
  private final AtomicInteger free = new AtomicInteger();
  private int failing;
  private int outOf = 1;
  private Weather weather;

  /** A call of the provider that is under way or has ended. */
  private static final class Work {
    private final String group;
    private final Attempt by;
    private final long leaseEnd;
    private final long begun;
    private boolean failed;
    private boolean answered;

    private Work(String group, Attempt by, long begun) {
      this.begun = begun;
      this.group = group;
      this.by = by;
      this.leaseEnd = by.leaseEnd();
    }
  }

  /** Without turns everybody does as he likes. */
  World(ManualClock clock, SplittableRandom random, Optional<Turns> turns, Weather weather) {
    this.clock = clock;
    this.random = random;
    this.turns = turns;
    this.weather = weather;
  }

  ManualClock clock() {
    return clock;
  }

  Bank bank() {
    return bank;
  }

  Weather weather() {
    return weather;
  }

  void become(Weather next) {
    weather = next;
  }

  boolean happens(double likelihood) {
    return likelihood > 0 && random.nextDouble() < likelihood;
  }

  void point(String place) {
    if (turns.isPresent() && turns.get().running() != null) {
      turns.get().point(place);
    }
  }

  List<String> violations() {
    return violations;
  }

  void violated(String what) {
    violations.add(what);
  }

  void register(Turns.Actor actor, Attempt attempt) {
    attempts.put(actor, attempt);
  }

  /** The attempt that has the turn; empty for a reconciler. */
  Optional<Attempt> attempt() {
    return turns.map(Turns::running).map(attempts::get);
  }

  /** What a token was bought for. */
  void sold(String paymentId, int calls) {
    callsOfTokens.put("token:" + paymentId, calls);
  }

  /** Somebody was given the charge. */
  void granted(String key, long fence) {
    fences.merge(key, fence, Math::max);
  }

  /** Whether somebody else was given the charge since. */
  boolean isSuperseded(String key, long fence) {
    return fences.getOrDefault(key, 0L) > fence;
  }

  /**
   * The provider, which answers each call with a number of its own.
   *
   * <p>Of the calls for one payment none may begin while another is under way or has brought an
   * answer that may yet be sold, unless whoever made that one died or gave up, or held it for too
   * long, or could not write that down. Who was paused for longer than his lease cannot know it
   * yet, and works for nothing.
   */
  byte[] work(String chargeKey) throws Refusal {
    Optional<Attempt> by = attempt();
    if (by.isEmpty()) {
      return workForAnybody();
    }
    String group =
        chargeKey.startsWith("token:")
            ? chargeKey.substring(0, chargeKey.lastIndexOf(':'))
            : chargeKey;
    if (jobs.getOrDefault(chargeKey, 0L) > clock.seconds()) {
      violated("the provider begins again what goes on: " + group);
    }
    long open = works.stream().filter(work -> work.group.equals(group) && isOpen(work)).count();
    boolean paused = by.get().leaseEnd() <= clock.seconds();
    if (!paused && open >= callsOfTokens.getOrDefault(group, 1)) {
      violated("the provider is called again for " + group + " by " + by.get().name());
    }
    if (!paused
        && by.get().isOfToken()
        && works.stream().anyMatch(work -> isSame(work, by.get()))) {
      violated("the same request with the same token is worked on again by " + by.get().name());
    }
    Work work = new Work(group, by.get(), clock.seconds());
    works.add(work);
    int number = works.size();
    point("at the provider");
    if (happens(weather.upstream())) {
      work.failed = true;
      point("failed at the provider");
      String[] words = {
        "provider_failed", "provider_rejected", "provider_busy", "provider_timeout"
      };
      throw Refusal.of(words[random.nextInt(words.length)]);
    }
    work.answered = true;
    return ("{\"n\":" + number + "}").getBytes();
  }

  /** Whether somebody works on the very request, or has an answer to it that may yet be sold. */
  private boolean isSame(Work work, Attempt attempt) {
    return work.by.ticket() == attempt.ticket()
        && work.by.isOther() == attempt.isOther()
        && isOpen(work);
  }

  /** What the provider says of a call that goes on. */
  byte[] begun(byte[] answer) {
    String number = new String(answer, StandardCharsets.UTF_8).replaceAll("[^0-9]", "");
    return ("{\"job\":" + number + "}").getBytes(StandardCharsets.UTF_8);
  }

  /** Who is asked for a job: it goes on, is done, has failed, or he does not answer. */
  byte[] look(String chargeKey, int number) throws Refusal {
    point("at the provider of a job");
    if (happens(weather.upstream())) {
      throw Refusal.of("provider_unavailable");
    }
    if (happens(weather.upstream())) {
      works.get(number - 1).failed = true;
      jobs.remove(chargeKey);
      return "{\"state\":\"failed\"}".getBytes(StandardCharsets.UTF_8);
    }
    boolean done = turns.isEmpty() || random.nextInt(3) > 0;
    return (done
            ? "{\"state\":\"done\",\"data\":{\"n\":" + number + "}}"
            : "{\"state\":\"working\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A job has the charge until then, in seconds; nobody begins another. */
  void goesOn(String chargeKey, long until) {
    jobs.put(chargeKey, until);
  }

  /** It has ended; where no buyer's request did so, what it has brought is given up with it. */
  void over(String chargeKey) {
    boolean going = jobs.remove(chargeKey) != null;
    if (going && attempt().isEmpty()) {
      works.stream()
          .filter(work -> work.group.equals(chargeKey))
          .forEach(work -> work.failed = true);
    }
  }

  private byte[] workForAnybody() throws Refusal {
    int number = free.incrementAndGet();
    if (number % outOf > outOf - 1 - failing) {
      throw Refusal.of("provider_failed");
    }
    return ("{\"n\":" + number + "}").getBytes();
  }

  /** Where everybody does as he likes, of {@code of} calls of the provider {@code many} fail. */
  World failing(int many, int of) {
    failing = many;
    outOf = of;
    return this;
  }

  private boolean isOpen(Work work) {
    return !work.failed
        && !work.by.isDead()
        && !work.by.hadLedgerFault()
        && !work.by.hasReleased()
        && work.leaseEnd > clock.seconds();
  }

  /** Whether the provider has answered any call for a payment. */
  boolean wasAnswered(String group) {
    return works.stream().anyMatch(work -> work.group.equals(group) && work.answered);
  }

  /** When the call of that number began, in seconds. */
  long begun(int number) {
    return works.get(number - 1).begun;
  }

  int calls() {
    return works.size();
  }
}
