package io.tollroute.ledger.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Charge;
import io.tollroute.ledger.Charge.State;
import io.tollroute.ledger.ChargeTerms;
import io.tollroute.ledger.Claim;
import io.tollroute.ledger.Jobs;
import io.tollroute.sandbox.MutableClock;
import io.tollroute.testing.AtOnce;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(LedgerPlace.Kind.class)
@DisplayName("A job in the books")
class SqlJobsTest {

  private static final long LEASE = 60;
  private static final long WITHIN = 900;
  private static final String RECEIPT = "{\"success\":true,\"transaction\":\"0x1\"}";
  private static final byte[] WORK = "sealed work".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ANSWER = "sealed answer".getBytes(StandardCharsets.UTF_8);
  private static final MutableClock CLOCK = new MutableClock();
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  @TempDir private static Path folder;
  private static Transactions transactions;
  private static TestBook book;
  private static SqlJobs jobs;

  @Parameter private LedgerPlace.Kind kind;
  private int number;
  private String id;
  private String payer;

  @BeforeParameterizedClassInvocation
  static void open(LedgerPlace.Kind kind) throws Exception {
    transactions = new LedgerPlace(kind, folder).open("jobs");
    book = TestBook.over(transactions, CLOCK, LEASE);
    jobs = new SqlJobs(transactions, CLOCK);
  }

  @AfterParameterizedClassInvocation
  static void close() {
    book.ledger().close();
  }

  @BeforeEach
  void draw() throws Exception {
    // those of the tests before are nobody's any more
    transactions.commit(statements -> statements.update("DELETE FROM job"));
    number = NUMBERS.incrementAndGet();
    id = "job" + number;
    payer = "0xpayer" + number;
  }

  private TestProof proof() {
    return TestProof.of("x402:chain:token:" + payer + ":" + number, now() + 2000).by(payer);
  }

  private static long now() {
    return CLOCK.instant().getEpochSecond();
  }

  private Charge claim() throws Refusal {
    return book.claim(proof(), "f").charge();
  }

  private void begin(Charge charge) throws Refusal {
    begin(charge, id);
  }

  private void begin(Charge charge, String named) throws Refusal {
    jobs.begin(
        charge,
        new Jobs.NewJob(
            named, "service", Optional.of(payer), WORK, now() + WITHIN, CLOCK.millis()));
  }

  private static Jobs.Taken take() throws Refusal {
    List<Jobs.Taken> taken = jobs.take(8, LEASE);
    assertThat(taken).hasSize(1);
    return taken.get(0);
  }

  private Jobs.View view() throws Refusal {
    return jobs.find(id).orElseThrow();
  }

  @Test
  @DisplayName("has its charge longer than any call, and is told to who comes again for the same")
  void held() throws Exception {
    begin(claim());
    CLOCK.advance(Duration.ofSeconds(WITHIN - 1));

    Claim again = book.claim(proof(), "f");
    Refusal other = catchThrowableOfType(Refusal.class, () -> book.claim(proof(), "other"));

    assertThat(again).isInstanceOf(Claim.Working.class);
    assertThat(((Claim.Working) again).sealedWork()).isEqualTo(WORK);
    assertThat(other.word()).isEqualTo("payment_in_progress");
    assertThat(view().state()).isEqualTo(Jobs.State.WORKING);
    assertThat(view().isPaid()).isFalse();
    assertThat(jobs.goingOn(payer)).isEqualTo(1);
  }

  @Test
  @DisplayName("loses its charge to the same payment when nobody has ended it in time")
  void lost() throws Exception {
    Charge charge = claim();
    begin(charge);
    CLOCK.advance(Duration.ofSeconds(WITHIN + 61));

    assertThat(book.claim(proof(), "f")).isInstanceOf(Claim.Begun.class);
    Jobs.Taken taken = take();
    assertThat(taken.isHeld()).isFalse();
    assertThat(catchThrowableOfType(Refusal.class, () -> begin(charge, "late")).word())
        .isEqualTo("payment_in_progress");
  }

  @Test
  @DisplayName("is taken by one of many, and by another when that one has died")
  void taken() throws Exception {
    begin(claim());
    List<Callable<Integer>> takers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      takers.add(() -> jobs.take(8, LEASE).size());
    }

    assertThat(AtOnce.run(takers, 30).stream().mapToInt(Integer::intValue).sum()).isEqualTo(1);
    assertThat(jobs.take(8, LEASE)).isEmpty();
    CLOCK.advance(Duration.ofSeconds(LEASE + 1));
    Jobs.Taken taken = take();
    assertThat(taken.looks()).isEqualTo(2);
    assertThat(taken.sealedWork()).isEqualTo(WORK);
    assertThat(taken.charge().state()).isEqualTo(State.CLAIMED);
    assertThat(taken.isHeld()).isTrue();
  }

  @Test
  @DisplayName("is not written by who took it before another did")
  void fenced() throws Exception {
    begin(claim());
    Jobs.Taken first = take();
    CLOCK.advance(Duration.ofSeconds(LEASE + 1));
    Jobs.Taken second = take();

    jobs.failed(first, Refusal.of("provider_failed"));
    jobs.done(first, ANSWER);
    jobs.later(first, Long.MAX_VALUE);

    assertThat(view().state()).isEqualTo(Jobs.State.WORKING);
    jobs.done(second, ANSWER);
    assertThat(view().state()).isEqualTo(Jobs.State.DONE);
  }

  @Test
  @DisplayName("is looked at again when it is time")
  void later() throws Exception {
    begin(claim());
    jobs.later(take(), CLOCK.millis() + 5_000);

    assertThat(jobs.take(8, LEASE)).isEmpty();
    CLOCK.advance(Duration.ofSeconds(5));
    assertThat(take().looks()).isEqualTo(2);
  }

  @Test
  @DisplayName("is done with an answer that is kept and paid")
  void done() throws Exception {
    begin(claim());
    Jobs.Taken taken = take();
    Charge kept = book.keep(taken.charge(), ANSWER, now() + 2000);
    book.settled(kept, RECEIPT);
    jobs.done(taken, "for its name".getBytes(StandardCharsets.UTF_8));

    assertThat(view().sealedAnswer()).asString().isEqualTo("for its name");
    assertThat(view().isPaid()).isTrue();
    assertThat(jobs.goingOn(payer)).isZero();
    assertThat(book.claim(proof(), "f")).isInstanceOf(Claim.Replayed.class);
    assertThat(
            transactions.<Optional<Boolean>>commit(
                statements ->
                    statements.first(
                        "SELECT 1 FROM job WHERE id = ? AND work IS NULL", row -> true, id)))
        .isPresent();
  }

  @Test
  @DisplayName("fails with a word and a reason, and its payment is good for another")
  void failed() throws Exception {
    begin(claim());
    Jobs.Taken taken = take();
    assertThat(book.ledger().release(taken.charge())).isTrue();
    jobs.failed(taken, Refusal.of("provider_failed").because("PROCESS_FAILED"));

    assertThat(view().word()).contains("provider_failed");
    assertThat(view().reason()).contains("PROCESS_FAILED");
    assertThat(book.claim(proof(), "other")).isInstanceOf(Claim.Begun.class);
  }

  @Test
  @DisplayName("shows who takes it that its charge was settled by another")
  void settledByAnother() throws Exception {
    begin(claim());
    Jobs.Taken taken = take();
    book.keep(taken.charge(), ANSWER, now() + 2000);
    CLOCK.advance(Duration.ofSeconds(LEASE + 1));
    List<io.tollroute.ledger.Recovery.Stale> stale =
        book.recovery().takeStale(50).stream()
            .filter(found -> found.charge().key().equals(taken.charge().key()))
            .toList();
    book.settled(stale.get(0).charge(), RECEIPT);

    Jobs.Taken next = take();

    assertThat(next.charge().state()).isEqualTo(State.SETTLED);
    assertThat(next.sealedAnswer()).isEqualTo(ANSWER);
    assertThat(next.receipt()).isEqualTo(RECEIPT);
  }

  @Test
  @DisplayName("keeps what was paid before its work from being owed back while it goes on")
  void paidBefore() throws Exception {
    ChargeTerms first = new ChargeTerms(200_000, "USD", true, Optional.empty(), 0);
    Charge charge = book.claim(proof(), "f", first).charge();
    Charge paid = book.settled(charge, RECEIPT);
    assertThat(paid.state()).isEqualTo(State.PAID);
    begin(paid);
    CLOCK.advance(Duration.ofSeconds(WITHIN));

    book.recovery().dueRefunds();

    Claim again = book.claim(proof(), "f", first);
    assertThat(again).isInstanceOf(Claim.Working.class);
    assertThat(((Claim.Working) again).receipt()).isEqualTo(RECEIPT);
    assertThat(view().isPaid()).isTrue();
  }

  @Test
  @DisplayName("is not lost with the process that began it, and what it settled is taken up")
  void restarted() throws Exception {
    begin(claim());
    take();

    book.ledger().takeOverFromTheDead();

    assertThat(book.claim(proof(), "f")).isInstanceOf(Claim.Working.class);
    Jobs.Taken taken = take();
    book.keep(taken.charge(), ANSWER, now() + 2000);
    book.ledger().takeOverFromTheDead();
    assertThat(book.claim(proof(), "f")).isInstanceOf(Claim.Resumed.class);
  }

  @Test
  @DisplayName("that nobody could end is forgotten a week after its time")
  void neverEnded() throws Exception {
    begin(claim());
    CLOCK.advance(Duration.ofSeconds(WITHIN).plusDays(7));
    book.recovery().eraseExpired();
    assertThat(jobs.find(id)).isPresent();
    CLOCK.advance(Duration.ofSeconds(1));
    book.recovery().eraseExpired();

    assertThat(jobs.find(id)).isEmpty();
  }

  @Test
  @DisplayName("is forgotten half an hour after its end")
  void forgotten() throws Exception {
    begin(claim());
    Jobs.Taken taken = take();
    jobs.failed(taken, Refusal.of("provider_failed"));
    CLOCK.advance(Duration.ofMinutes(30));
    book.recovery().eraseExpired();
    assertThat(jobs.find(id)).isPresent();
    CLOCK.advance(Duration.ofSeconds(1));
    book.recovery().eraseExpired();

    assertThat(jobs.find(id)).isEmpty();
  }
}
