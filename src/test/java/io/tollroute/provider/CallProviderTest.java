package io.tollroute.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Answer;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Repeat;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.catalog.Shelf;
import io.tollroute.catalog.Tariff;
import io.tollroute.input.InputSlots;
import io.tollroute.log.SparseLog;
import io.tollroute.testing.Shop;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The call of a provider's route")
class CallProviderTest {

  private static final String ITSELF = "direct:ends-by-itself";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final AtomicReference<Processor> work = new AtomicReference<>();
  private CallProvider calls;

  @BeforeEach
  void start() throws Exception {
    SparseLog log = new SparseLog(Clock.systemUTC());
    calls = new CallProvider(new ReadAnswer(log), ITSELF::equals, 20, Clock.systemUTC(), log);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from("direct:do-the-work").process(exchange -> work.get().process(exchange));
          }
        });
    camel.getShutdownStrategy().setTimeout(1);
    camel.start();
  }

  @AfterEach
  void stop() {
    calls.close();
    camel.stop();
  }

  private Exchange call(String route) {
    Exchange call = new DefaultExchange(camel);
    Service service =
        new Service(
            "own",
            List.of(),
            "own",
            "Own",
            "Own",
            List.of(),
            Tariff.of(new Price("USD", new BigDecimal("0.05"))),
            JSON.objectNode(),
            JSON.objectNode(),
            JSON.objectNode(),
            JSON.objectNode(),
            new Provider(route, Map.of(), new Provider.Bounds(1, 1000)),
            SettlementOrder.AFTER,
            Repeat.SAME,
            "/api/tools/own",
            new Answer(JSON.objectNode(), JSON.objectNode()),
            Shelf.PLAIN);
    ObjectNode input = JSON.objectNode().put("text", "hello");
    CatalogueSlots.SERVICE.put(call, service);
    CallSlots.REQUEST_ID.put(call, "req_1");
    InputSlots.INPUT.put(call, input);
    InputSlots.JSON.put(call, input.toString());
    CallSlots.SHARE.put(call, "a share");
    call.setVariable("proof", "of the caller");
    call.getMessage().setHeader("PAYMENT-SIGNATURE", "of the caller");
    return call;
  }

  private Refusal refusal(Exchange call) {
    return catchThrowableOfType(Refusal.class, () -> calls.process(call));
  }

  @Test
  @DisplayName("gives the route an exchange of its own, and the caller its answer and number only")
  void ownExchange() throws Exception {
    Exchange call = call("direct:own");
    AtomicReference<Exchange> seen = new AtomicReference<>();
    work.set(
        exchange -> {
          seen.set(exchange);
          exchange.getMessage().setBody("{\"a\":1}");
          exchange.getMessage().setHeader("Set-Cookie", "theirs");
          exchange.setVariable("claimed", "theirs");
          CallSlots.UPSTREAM_ID.put(exchange, "up-1");
        });

    calls.process(call);

    assertThat(call.getMessage().getBody(String.class)).isEqualTo("{\"a\":1}");
    assertThat(call.getMessage().getHeaders()).doesNotContainKey("Set-Cookie");
    assertThat(CallSlots.UPSTREAM_ID.find(call)).contains("up-1");
    assertThat(call.getVariable("claimed")).isNull();
    assertThat(seen.get()).isNotSameAs(call);
    assertThat(seen.get().getVariable("proof")).isNull();
    assertThat(seen.get().getVariables())
        .containsKeys("service", "input", "deadline", "requestId")
        .containsEntry("share", "a share");
  }

  @Test
  @DisplayName("reads what a route leaves that stops itself")
  void stopped() throws Exception {
    Exchange call = call("direct:own");
    work.set(
        exchange -> {
          exchange.getMessage().setBody("[1]");
          exchange.setRouteStop(true);
        });

    calls.process(call);

    assertThat(call.getMessage().getBody(String.class)).isEqualTo("[1]");
  }

  @Test
  @DisplayName("ends at the bound; the route is interrupted, and what it leaves then is nobody's")
  void left() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    work.set(
        exchange -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
            exchange.getMessage().setBody("[\"late\"]");
          } finally {
            over.countDown();
          }
        });
    Exchange call = call("direct:own");

    assertThat(refusal(call).word()).isEqualTo("provider_timeout");

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(call.getMessage().getBody()).isNull();
  }

  @Test
  @DisplayName(
      "is refused at once while eight before it go on beyond their time, then not any more")
  void bounded() throws Exception {
    CountDownLatch let = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    work.set(
        exchange -> {
          begun.incrementAndGet();
          boolean waiting = true;
          while (waiting) {
            try {
              waiting = !let.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException deaf) {
              // goes on all the same
            }
          }
          exchange.getMessage().setBody("[]");
        });
    List<Thread> callers = new ArrayList<>();
    List<String> words = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread caller = new Thread(() -> words.add(refusal(call("direct:own")).word()));
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(refusal(call("direct:own")).word()).isEqualTo("provider_busy");
    assertThat(words).hasSize(8).containsOnly("provider_timeout");
    assertThat(begun).hasValue(8);

    let.countDown();
    Exchange next = call("direct:own");
    Shop.await(() -> isTaken(next));
    assertThat(next.getMessage().getBody(String.class)).isEqualTo("[]");
  }

  private boolean isTaken(Exchange call) throws Exception {
    try {
      calls.process(call);
      return true;
    } catch (Refusal busy) {
      return false;
    }
  }

  @Test
  @DisplayName("stays on the caller's thread for a route that ends by itself, and on no other")
  void threads() throws Exception {
    AtomicReference<Thread> seen = new AtomicReference<>();
    work.set(
        exchange -> {
          seen.set(Thread.currentThread());
          exchange.getMessage().setBody("[]");
        });

    calls.process(call(ITSELF));
    assertThat(seen.get()).isSameAs(Thread.currentThread());
    calls.process(call("direct:own"));
    assertThat(seen.get()).isNotSameAs(Thread.currentThread());
  }

  @Test
  @DisplayName("passes on what the route refuses with, if it is of a provider")
  void refusals() {
    work.set(
        exchange -> {
          throw Refusal.of("provider_rejected").because("too_dark");
        });
    assertThat(refusal(call("direct:own")))
        .returns("provider_rejected", Refusal::word)
        .returns("too_dark", refusal -> refusal.reason().orElse(""));

    for (String word : List.of("settlement_unknown", "payment_refused", "no_such_word")) {
      work.set(
          exchange -> {
            throw Refusal.of(word);
          });
      assertThat(refusal(call("direct:own")).word()).as(word).isEqualTo("provider_failed");
    }
  }

  @Test
  @DisplayName("passes on what else the route fails with")
  void failures() {
    work.set(
        exchange -> {
          throw new IllegalStateException("broken");
        });

    assertThat(catchThrowableOfType(IllegalStateException.class, () -> calls.process(call(ITSELF))))
        .hasMessage("broken");
  }
}
