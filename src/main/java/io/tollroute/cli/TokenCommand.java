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
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tollroute token}: orders a token from a running sandbox and pays it with play money. */
@Command(
    name = "token",
    description = "Buy a token for calls from a running sandbox, with play money.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:paid",
      " 1:something else went wrong",
      " 2:wrong usage",
      " 3:not paid, and nothing was charged",
      " 4:not known whether it was charged"
    })
public final class TokenCommand implements Callable<Integer> {

  private static final int PAID = 0;
  private static final int OTHER = 1;
  private static final int NOT_CHARGED = 3;
  private static final int UNKNOWN = 4;

  private final Clock clock;
  private final Buyer.Pause pause = duration -> Thread.sleep(duration.toMillis());
  private final JsonMapper json = new JsonMapper();

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SERVICE", description = "Id of the service.")
  private String service;

  @Option(
      names = "--calls",
      defaultValue = "1",
      description = "How many calls it is good for (${DEFAULT-VALUE}).")
  private int calls;

  @Option(
      names = "--units",
      description = "For how much input each call is, where the price goes by the input.")
  private Integer units;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the seller is (${DEFAULT-VALUE}).")
  private URI url;

  /** A command that waits in real time. */
  public TokenCommand(Clock clock) {
    this.clock = clock;
  }

  /**
   * Orders, pays and prints.
   *
   * @return an exit code, see the command's help
   * @throws InterruptedException if the process is told to stop
   */
  @Override
  public Integer call() throws InterruptedException {
    try {
      Reply ordered = buyer("/api/payments").ask(order());
      if (ordered.status() != 201) {
        out().println(ordered.json().toPrettyString());
        return NOT_CHARGED;
      }
      return pay(ordered.json());
    } catch (IOException nobodyThere) {
      err().println("Nothing answers at " + url + ". Is `tollroute sandbox` running?");
      return OTHER;
    }
  }

  private String order() {
    ObjectNode order = json.createObjectNode().put("serviceId", service).put("calls", calls);
    if (units != null) {
      order.put("units", units);
    }
    return order.toString();
  }

  private int pay(JsonNode ordered) throws IOException, InterruptedException {
    Buyer buyer = buyer("/api/payments/" + ordered.path("paymentId").asText() + "/pay");
    Optional<PayableTerms> offer = PayableTerms.in(buyer.ask(""));
    if (offer.isEmpty()) {
      err().println("The seller does not take the sandbox's money, so nothing was signed.");
      return NOT_CHARGED;
    }
    out().println("price: " + offer.get().price() + " USD, play money on " + SandboxChain.NETWORK);
    BoughtCall bought =
        buyer.pay(
            "", SandboxWallet.funded(clock).sign(offer.get().demand(), offer.get().requirements()));
    return switch (bought.verdict()) {
      case ANSWERED -> {
        bought.reply().map(Reply::json).ifPresent(paid -> show(paid, ordered));
        yield PAID;
      }
      case UNKNOWN -> {
        err().println("It is not known whether this was charged; see the payment:");
        err().println("  " + url + "/api/payments/" + ordered.path("paymentId").asText());
        out().println("token: " + ordered.path("token").asText());
        yield UNKNOWN;
      }
      default -> {
        bought.reply().ifPresent(reply -> out().println(reply.json().toPrettyString()));
        yield NOT_CHARGED;
      }
    };
  }

  private void show(JsonNode paid, JsonNode ordered) {
    out().println(paid.toPrettyString());
    out().println("token: " + ordered.path("token").asText());
    out()
        .println(
            "charged: " + PayableTerms.dollars(ordered.at("/accepts/0/amount").asText()) + " USD");
  }

  private Buyer buyer(String path) {
    try {
      return Buyer.at(url, path, pause);
    } catch (IllegalArgumentException notHttp) {
      throw new ParameterException(spec.commandLine(), "--url " + url + " is not an HTTP URL");
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
