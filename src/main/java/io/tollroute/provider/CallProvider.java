package io.tollroute.provider;

import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.call.Trace;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import io.tollroute.input.InputSlots;
import io.tollroute.log.SparseLog;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the work of a service done, and waits for it no longer than the service says, whoever wrote
 * the route.
 *
 * <p>The route gets an exchange of its own: the input and what it needs to know of the service, and
 * nothing of the caller but a text by which his calls can be told from those of others. So what is
 * left behind when its time is over can spoil nothing. It is interrupted, and where it goes on all
 * the same only so many may: a service with too many of them has no more work done until one has
 * ended.
 */
public final class CallProvider implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(CallProvider.class);

  private static final String WORK = "direct:do-the-work";

  /** Calls of one service that have run out of their time and go on. */
  private static final int MOST_LEFT = 8;

  /** The same of all services. */
  private static final int MOST_LEFT_OF_ALL = 64;

  private static final int IDLE_SECONDS = 60;

  /** What a provider may say; any other word is not his. */
  private static final Set<String> WORDS =
      Set.of(
          "provider_rejected",
          "provider_busy",
          "provider_unavailable",
          "provider_failed",
          "provider_timeout");

  private final ReadAnswer reading;
  private final Predicate<String> endsByItself;
  private final Clock clock;
  private final SparseLog log;
  private final Map<String, AtomicInteger> left = new ConcurrentHashMap<>();
  private final AtomicInteger names = new AtomicInteger();
  private final ThreadPoolExecutor threads;
  private volatile Optional<ProducerTemplate> template = Optional.empty();

  /**
   * Reads answers with {@code reading}.
   *
   * @param endsByItself routes that are known to end by the deadline that they are given, and so
   *     are called on the thread of the call
   * @param calls how many calls there can be at a time
   */
  public CallProvider(
      ReadAnswer reading, Predicate<String> endsByItself, int calls, Clock clock, SparseLog log) {
    this.reading = reading;
    this.endsByItself = endsByItself;
    this.clock = clock;
    this.log = log;
    this.threads =
        new ThreadPoolExecutor(
            0,
            calls + MOST_LEFT_OF_ALL,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "provider-" + names.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Makes the provider's answer the message body.
   *
   * @throws Refusal {@code provider_timeout} when it does not come in time, {@code provider_busy}
   *     when too many calls of before have not ended, what the route refuses with, or as {@link
   *     ReadAnswer#process}
   * @throws Exception what else the route fails with
   */
  @Override
  public void process(Exchange call) throws Exception {
    Service service = CatalogueSlots.SERVICE.of(call);
    Provider provider = service.provider();
    Work work = new Work(service, exchange(call, provider));
    if (endsByItself.test(provider.route())) {
      work.run();
    } else {
      runAside(work);
    }
    work.giveTo(call);
  }

  private Exchange exchange(Exchange call, Provider provider) {
    Exchange exchange = new DefaultExchange(call.getContext(), ExchangePattern.InOut);
    CatalogueSlots.SERVICE.put(exchange, CatalogueSlots.SERVICE.of(call));
    CatalogueSlots.PROVIDER_ROUTE.put(exchange, provider.address());
    CatalogueSlots.PROVIDER_SETTINGS.put(exchange, provider.settings());
    CallSlots.REQUEST_ID.put(exchange, CallSlots.REQUEST_ID.of(call));
    CallSlots.SHARE.find(call).ifPresent(share -> CallSlots.SHARE.put(exchange, share));
    CallSlots.DEADLINE.put(exchange, clock.millis() + provider.bounds().timeoutSeconds() * 1000L);
    InputSlots.INPUT.put(exchange, InputSlots.INPUT.of(call));
    InputSlots.JSON.put(exchange, InputSlots.JSON.of(call));
    // what a text becomes that is sent without saying so
    exchange.setProperty(ExchangePropertyKey.CHARSET_NAME, StandardCharsets.UTF_8.name());
    exchange.setVariable("stage", call.getVariable("stage"));
    Trace.goOn(call, exchange);
    return exchange;
  }

  private void runAside(Work work) throws Refusal {
    AtomicInteger others = left.computeIfAbsent(work.service.id(), id -> new AtomicInteger());
    if (others.get() >= MOST_LEFT) {
      throw tooMany(work);
    }
    try {
      threads.execute(work);
    } catch (RejectedExecutionException e) {
      throw tooMany(work);
    }
    try {
      if (!work.endsWithin(work.provider.bounds().timeoutSeconds(), others)) {
        throw Refusal.of("provider_timeout");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      work.leave(others);
      throw Refusal.of("provider_failed").causedBy(e);
    }
  }

  private Refusal tooMany(Work work) {
    String which = "service=" + work.service.id() + " route=" + work.provider.route();
    log.error(
        LOG,
        which,
        "alert=provider_hangs requestId="
            + CallSlots.REQUEST_ID.of(work.exchange)
            + " "
            + which
            + " calls="
            + MOST_LEFT
            + " have run out of their time and not ended");
    return Refusal.of("provider_busy");
  }

  private ProducerTemplate template(CamelContext context) {
    if (template.isEmpty()) {
      synchronized (this) {
        if (template.isEmpty()) {
          template = Optional.of(context.createProducerTemplate());
        }
      }
    }
    return template.get();
  }

  /** Interrupts what is still worked on. */
  public void close() {
    threads.shutdownNow();
  }

  /** One call of a route. */
  private final class Work implements Runnable {

    private final Service service;
    private final Provider provider;
    private final Exchange exchange;
    private Thread worker;
    private boolean ended;
    private boolean abandoned;
    private AtomicInteger among;

    Work(Service service, Exchange exchange) {
      this.service = service;
      this.provider = service.provider();
      this.exchange = exchange;
    }

    @Override
    public void run() {
      try {
        if (!begins()) {
          return;
        }
        template(exchange.getContext()).send(WORK, exchange);
        if (failure().isEmpty()) {
          reading.process(exchange);
        }
      } catch (Exception e) {
        exchange.setException(e);
      } finally {
        end();
      }
    }

    /** Not when its time was over before a thread was free for it. */
    private synchronized boolean begins() {
      worker = Thread.currentThread();
      return !abandoned;
    }

    private synchronized void end() {
      ended = true;
      if (abandoned) {
        among.decrementAndGet();
        // it was for this work, not for the next one of this thread
        Thread.interrupted();
      }
      notifyAll();
    }

    /** Whether it has ended in time; otherwise it is left to itself, one of {@code others}. */
    synchronized boolean endsWithin(int seconds, AtomicInteger others) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      for (long rest = end - System.nanoTime(); !ended && rest > 0; ) {
        TimeUnit.NANOSECONDS.timedWait(this, rest);
        rest = end - System.nanoTime();
      }
      if (!ended) {
        leave(others);
      }
      return ended;
    }

    synchronized void leave(AtomicInteger others) {
      if (ended) {
        return;
      }
      abandoned = true;
      among = others;
      others.incrementAndGet();
      if (worker != null) {
        worker.interrupt();
      }
    }

    /** What the route failed with, or what its own error handler says that it did. */
    private Optional<Exception> failure() {
      Optional<Refusal> said = CallSlots.REFUSAL.find(exchange);
      if (said.isPresent()) {
        // what is behind it has been logged with it
        return Optional.of(said.get().told());
      }
      if (exchange.getException() != null) {
        return Optional.of(exchange.getException());
      }
      ExchangeExtension handling = exchange.getExchangeExtension();
      return handling.isErrorHandlerHandledSet() && handling.isErrorHandlerHandled()
          ? Optional.ofNullable(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))
          : Optional.empty();
    }

    void giveTo(Exchange call) throws Exception {
      Optional<Exception> failure = failure();
      if (failure.isPresent()) {
        throw allowed(failure.get());
      }
      CallSlots.UPSTREAM_ID.find(exchange).ifPresent(id -> CallSlots.UPSTREAM_ID.put(call, id));
      call.getMessage().setBody(exchange.getMessage().getBody());
    }

    private Exception allowed(Exception failure) {
      return failure instanceof Refusal refusal && !WORDS.contains(refusal.word())
          ? Refusal.of("provider_failed").causedBy(refusal)
          : failure;
    }
  }
}
