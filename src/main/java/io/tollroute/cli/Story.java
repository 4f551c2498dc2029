package io.tollroute.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.buyer.BoughtCall;
import io.tollroute.sandbox.buyer.Buyer;
import io.tollroute.sandbox.buyer.PayableTerms;
import io.tollroute.sandbox.buyer.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One purchase, told while it happens: the unpaid call, the signature, the paid call, the answer.
 */
public final class Story {

  private static final String FALLBACK_REQUEST =
      "{\"ImageURLA\":\"https://example.com/a.jpg\",\"ImageURLB\":\"https://example.com/b.jpg\"}";

  private static final int MOST_TRIES = 20;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final JsonMapper json = new JsonMapper();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final String service;
  private final Clock clock;
  private final PrintWriter out;

  /**
   * @param base where the sandbox is, for example {@code http://127.0.0.1:8080}
   * @param service id of the service to buy
   */
  public Story(URI base, String service, Clock clock, PrintWriter out) {
    this.base = base;
    this.service = service;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Buys once and tells it.
   *
   * @return whether it ended with an answer and a receipt
   * @throws InterruptedException if the process is told to stop
   */
  public boolean tell() throws InterruptedException {
    try {
      return buy();
    } catch (IOException broken) {
      out.println("The story ends here: " + base + " does not answer.");
      return false;
    } finally {
      out.flush();
    }
  }

  private boolean buy() throws IOException, InterruptedException {
    Buyer buyer = Buyer.ofService(base, service, pause -> Thread.sleep(pause.toMillis()));
    JsonNode before = balances();

    out.println("1. A call without payment");
    out.println("   POST " + buyer.service());
    Reply unpaid = askWhenReady(buyer);
    out.println("   HTTP " + unpaid.status());
    Optional<PayableTerms> offered = PayableTerms.in(unpaid);
    if (offered.isEmpty()) {
      out.println("   No terms that the sandbox wallet can meet.");
      return false;
    }
    PayableTerms offer = offered.get();
    JsonNode terms = offer.requirements();
    out.println("   The terms, from PAYMENT-REQUIRED:");
    tell("price", offer.price() + " USD (" + terms.path("amount").asText() + " units)");
    tell("token", terms.at("/extra/name").asText() + " " + terms.path("asset").asText());
    tell("network", terms.path("network").asText());
    tell("pay to", terms.path("payTo").asText());
    tell("valid for", terms.path("maxTimeoutSeconds").asText() + " s");

    out.println("2. The payment, signed by the sandbox wallet");
    JsonNode payment = SandboxWallet.funded(clock).sign(offer.demand(), terms);
    JsonNode authorization = payment.at("/payload/authorization");
    tell("from", authorization.path("from").asText());
    tell("to", authorization.path("to").asText());
    tell("value", authorization.path("value").asText() + " units");
    tell(
        "valid until",
        Instant.ofEpochSecond(authorization.path("validBefore").asLong()).toString());
    tell("nonce", authorization.path("nonce").asText());
    tell("signature", payment.at("/payload/signature").asText().substring(0, 20) + "...");

    String request = offer.exampleRequest().map(JsonNode::toString).orElse(FALLBACK_REQUEST);
    out.println("3. The same call, paid");
    out.println("   POST " + buyer.service() + " with PAYMENT-SIGNATURE");
    out.println("   " + request);
    BoughtCall bought = buyer.pay(request, payment);

    out.println("4. The answer, in the envelope");
    if (bought.reply().isEmpty()) {
      out.println("   None came.");
      return false;
    }
    Reply reply = bought.reply().get();
    out.println("   HTTP " + reply.status());
    out.println(indented(reply.json().toPrettyString()));
    reply.receipt().ifPresent(this::tellReceipt);
    tellBalances(before, balances(), terms.path("payTo").asText());
    return bought.verdict() == BoughtCall.Verdict.ANSWERED
        && reply.receipt().filter(receipt -> receipt.path("success").asBoolean()).isPresent();
  }

  /** A sandbox that has just started may say first that it is not ready. */
  private static Reply askWhenReady(Buyer buyer) throws IOException, InterruptedException {
    Reply reply = buyer.ask("{}");
    for (int tries = 1; reply.status() == 503 && tries < MOST_TRIES; tries++) {
      Thread.sleep(PAUSE.toMillis());
      reply = buyer.ask("{}");
    }
    return reply;
  }

  private void tellReceipt(JsonNode receipt) {
    out.println("   The receipt, from PAYMENT-RESPONSE:");
    tell("success", receipt.path("success").asText());
    tell("transaction", receipt.path("transaction").asText());
    tell("payer", receipt.path("payer").asText());
  }

  private void tellBalances(JsonNode before, JsonNode after, String seller) {
    out.println("   The balances:");
    tell("buyer", change(before, after, SandboxWallet.funded(clock).address()));
    tell("seller", change(before, after, seller));
  }

  private static String change(JsonNode before, JsonNode after, String address) {
    String holder = address.toLowerCase(Locale.ROOT);
    return PayableTerms.dollars(before.path(holder).asText("0"))
        + " -> "
        + PayableTerms.dollars(after.path(holder).asText("0"))
        + " USD";
  }

  private JsonNode balances() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(base.toString().replaceAll("/+$", "") + "/sandbox/facilitator/counters"))
            .timeout(Duration.ofSeconds(10))
            .build();
    return json.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
        .path("balances");
  }

  private void tell(String what, String value) {
    out.printf("     %-12s %s%n", what, value);
  }

  private static String indented(String text) {
    return "   " + text.replace("\n", "\n   ");
  }
}
