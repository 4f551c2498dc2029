package io.tollroute.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.SandboxWallet;
import io.tollroute.sandbox.buyer.BoughtCall;
import io.tollroute.sandbox.buyer.Buyer;
import io.tollroute.sandbox.buyer.PayableTerms;
import io.tollroute.sandbox.buyer.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code tollroute buy}: one call, bought with the sandbox's play money. */
@Command(
    name = "buy",
    description = "Buy one call from a running sandbox, with play money.",
    customSynopsis = "tollroute buy SERVICE [--FIELD VALUE]... [OPTIONS]",
    footer = {
      "",
      "Every other --FIELD VALUE goes into the JSON request.",
      "",
      "Example:",
      "  tollroute buy masked-face-comparison \\",
      "    --ImageURLA https://example.com/a.jpg --ImageURLB https://example.com/b.jpg"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:answered",
      " 1:something else went wrong",
      " 2:wrong usage",
      " 3:no answer, and nothing was charged",
      " 4:not known whether it was charged; says how to find out"
    })
public final class BuyCommand implements Callable<Integer> {

  private static final int ANSWERED = 0;
  private static final int OTHER = 1;
  private static final int NOT_CHARGED = 3;
  private static final int UNKNOWN = 4;

  private final Clock clock;
  private final Buyer.Pause pause;
  private final JsonMapper json = new JsonMapper();

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SERVICE", description = "Id of the service.")
  private String service;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the seller is (${DEFAULT-VALUE}).")
  private URI url;

  @Option(
      names = "--wallet",
      defaultValue = "sandbox",
      description = "sandbox, which starts with 1000 USD, or empty (${DEFAULT-VALUE}).")
  private String walletName;

  @Option(
      names = "--max-price",
      paramLabel = "USD",
      defaultValue = "1.00",
      description = "Sign nothing dearer (${DEFAULT-VALUE}).")
  private BigDecimal maxPrice;

  @Option(
      names = "--payment",
      paramLabel = "BASE64",
      description = "Send this payment again instead of signing a new one.")
  private String payment;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean asJson;

  @Unmatched private List<String> words = new ArrayList<>();

  /** A command that waits in real time. */
  public BuyCommand(Clock clock) {
    this(clock, duration -> Thread.sleep(duration.toMillis()));
  }

  BuyCommand(Clock clock, Buyer.Pause pause) {
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * Buys and prints.
   *
   * @return an exit code, see the command's help
   * @throws InterruptedException if the process is told to stop
   */
  @Override
  public Integer call() throws InterruptedException {
    RequestFields fields = fields();
    SandboxWallet wallet = wallet();
    Optional<JsonNode> earlierPayment = Optional.ofNullable(payment).map(this::decodePayment);
    Buyer buyer = buyer();
    Reply first;
    try {
      first = buyer.ask(fields.untyped());
    } catch (IOException nobodyThere) {
      err().println("Nothing answers at " + url + ". Is `tollroute sandbox` running?");
      return OTHER;
    }
    Optional<PayableTerms> offer = PayableTerms.in(first);
    if (offer.isPresent() && first.json().at("/payment/pricing").has("per")) {
      // its price is that of the fields as the seller's listing types them
      first = askAgain(buyer, fields.typedBy(offer.get()), first);
      offer = PayableTerms.in(first);
    }
    if (first.status() != 402) {
      return ended(BoughtCall.of(first, 0), Optional.empty(), Optional.empty());
    }
    if (offer.isEmpty()) {
      err().println("The seller does not take the sandbox's money, so nothing was signed.");
      return NOT_CHARGED;
    }
    PayableTerms payable = offer.get();
    BigDecimal price = payable.price();
    say("price: " + price + " USD, play money on " + SandboxChain.NETWORK);
    if (earlierPayment.isEmpty() && price.compareTo(maxPrice) > 0) {
      err().println("That is more than --max-price " + maxPrice + ", so nothing was signed.");
      return NOT_CHARGED;
    }
    JsonNode signed =
        earlierPayment.orElseGet(() -> wallet.sign(payable.demand(), payable.requirements()));
    say(
        (earlierPayment.isPresent() ? "sending again: " : "signed: ")
            + signed.at("/payload/authorization/value").asText()
            + " units from "
            + signed.at("/payload/authorization/from").asText()
            + " to "
            + signed.at("/payload/authorization/to").asText());
    BoughtCall bought = buyer.pay(fields.typedBy(payable), signed);
    return ended(bought, offer, Optional.of(signed));
  }

  private static Reply askAgain(Buyer buyer, String body, Reply before)
      throws InterruptedException {
    try {
      return buyer.ask(body);
    } catch (IOException gone) {
      return before;
    }
  }

  private int ended(BoughtCall bought, Optional<PayableTerms> offer, Optional<JsonNode> signed) {
    Optional<JsonNode> receipt = bought.reply().flatMap(Reply::receipt);
    if (asJson) {
      out().println(document(bought, receipt, signed).toPrettyString());
    } else {
      bought.reply().ifPresent(reply -> out().println(readable(reply)));
      receipt.ifPresent(settled -> out().println("receipt: " + settled));
    }
    return switch (bought.verdict()) {
      case ANSWERED -> {
        say("charged: " + charged(receipt, offer, signed));
        yield ANSWERED;
      }
      case NOT_CHARGED -> {
        say("charged: nothing");
        yield NOT_CHARGED;
      }
      case CHARGED_WITHOUT_ANSWER -> {
        err().println("The seller says this payment was charged; see the answer above.");
        yield OTHER;
      }
      case UNKNOWN -> {
        adviseAfterUnknown(signed);
        yield signed.isPresent() ? UNKNOWN : NOT_CHARGED;
      }
    };
  }

  private static String charged(
      Optional<JsonNode> receipt, Optional<PayableTerms> offer, Optional<JsonNode> signed) {
    if (signed.isEmpty()) {
      return "nothing";
    }
    return receipt.filter(settled -> settled.path("success").asBoolean()).isPresent()
        ? offer.map(terms -> terms.price() + " USD").orElse("unknown")
        : "unknown, the seller sent no receipt";
  }

  private void adviseAfterUnknown(Optional<JsonNode> signed) {
    if (signed.isEmpty()) {
      say("charged: nothing");
      return;
    }
    JsonNode authorization = signed.get().at("/payload/authorization");
    PrintWriter err = err();
    err.println("It is not known whether this was charged. Do not pay anew: send the same payment");
    err.println(
        "again, with the same fields, until "
            + Instant.ofEpochSecond(authorization.path("validBefore").asLong())
            + ", by adding");
    err.println("  --payment " + Buyer.encode(signed.get()));
  }

  private ObjectNode document(
      BoughtCall bought, Optional<JsonNode> receipt, Optional<JsonNode> signed) {
    ObjectNode document = json.createObjectNode();
    document.put("outcome", bought.verdict().name().toLowerCase(Locale.ROOT));
    document.put("tries", bought.tries());
    bought
        .reply()
        .ifPresent(
            reply -> {
              document.put("status", reply.status());
              document.set("answer", reply.json());
            });
    receipt.ifPresent(settled -> document.set("receipt", settled));
    signed.ifPresent(proof -> document.put("payment", Buyer.encode(proof)));
    return document;
  }

  private static String readable(Reply reply) {
    JsonNode body = reply.json();
    return body.isContainerNode() ? body.toPrettyString() : "HTTP " + reply.status();
  }

  private Buyer buyer() {
    try {
      return Buyer.ofService(url, service, pause);
    } catch (IllegalArgumentException notHttp) {
      throw new ParameterException(spec.commandLine(), "--url " + url + " is not an HTTP URL");
    }
  }

  private SandboxWallet wallet() {
    return switch (walletName) {
      case "sandbox" -> SandboxWallet.funded(clock);
      case "empty" -> SandboxWallet.empty(clock);
      default ->
          throw new ParameterException(
              spec.commandLine(), "--wallet is sandbox or empty, not " + walletName);
    };
  }

  private JsonNode decodePayment(String base64) {
    try {
      JsonNode decoded = json.readTree(Base64.getDecoder().decode(base64));
      if (decoded.at("/payload/authorization/nonce").isTextual()) {
        return decoded;
      }
    } catch (IllegalArgumentException | IOException unreadable) {
      // falls through to the one sentence for both kinds of nonsense
    }
    throw new ParameterException(spec.commandLine(), "--payment is not a payment in base64");
  }

  private RequestFields fields() {
    try {
      return new RequestFields(words);
    } catch (IllegalArgumentException wrongUsage) {
      throw new ParameterException(spec.commandLine(), wrongUsage.getMessage());
    }
  }

  private void say(String line) {
    if (!asJson) {
      out().println(line);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
