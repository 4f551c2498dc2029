package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tollroute.call.Caught;
import io.tollroute.call.Slot;
import io.tollroute.json.StrictJson;
import io.tollroute.log.HttpAnswer;
import io.tollroute.log.SparseLog;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator, once and then by the hour, of every answer of the facilitator and of the node
 * that is not what was hoped. It decides nothing; the steps behind it do.
 */
public final class WatchedAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedAnswers.class);

  /** The question that was put to the node, for the line about its answer. */
  private static final Slot<String> QUESTION = new Slot<>("nodeQuestion", String.class);

  private static final Pattern METHOD = Pattern.compile("\"method\":\"([A-Za-z_]{1,60})\"");

  /** Words with numbers of few digits; what is longer may be an address, a token or a key. */
  private static final Pattern WORD =
      Pattern.compile("(?=.{1,100}$)-?[A-Za-z]{0,40}[0-9]{0,6}([_.-][A-Za-z]{0,40}[0-9]{0,6})*");

  /** Who answers, and where his address is set. */
  private enum Party {
    FACILITATOR(
        "facilitator",
        "alert=facilitator_unusable",
        "alert=facilitator_silent",
        "tollroute.x402.facilitator.url",
        "tollroute.x402.facilitator.auth and its key or token"),
    NODE(
        "node",
        "alert=node_unusable",
        "alert=node_silent",
        "tollroute.x402.rpc-url",
        "the key in tollroute.x402.rpc-url");

    private final String named;
    private final String unusable;
    private final String silent;
    private final String setting;
    private final String credential;

    Party(String named, String unusable, String silent, String setting, String credential) {
      this.named = named;
      this.unusable = unusable;
      this.silent = silent;
      this.setting = setting;
      this.credential = credential;
    }
  }

  private final StrictJson json = new StrictJson(64, 1 << 20);
  private final SparseLog log;

  /** Tells it in {@code log}. */
  public WatchedAnswers(SparseLog log) {
    this.log = log;
  }

  /** Looks at an answer of /verify. */
  public void verify(Exchange exchange) {
    judgement(exchange, "/verify", "isValid", "invalidReason");
  }

  /** Looks at an answer of /settle. */
  public void settle(Exchange exchange) {
    judgement(exchange, "/settle", "success", "errorReason");
  }

  /** Looks at an answer of /supported. */
  public void supported(Exchange exchange) {
    if (!document(exchange).map(answer -> answer.path("kinds").isArray()).orElse(false)) {
      unusable(exchange, Party.FACILITATOR, "/supported", "kinds");
    }
  }

  /** Notes which question goes to the node. */
  public void asks(Exchange exchange) {
    String question = exchange.getMessage().getBody(String.class);
    Matcher method = METHOD.matcher(question == null ? "" : question);
    QUESTION.put(exchange, method.find() ? method.group(1) : "a question");
  }

  /** Looks at an answer of the node. */
  public void node(Exchange exchange) {
    String question = QUESTION.find(exchange).orElse("a question");
    JsonNode answer = document(exchange).orElse(JsonNodeFactory.instance.missingNode());
    JsonNode error = answer.path("error");
    if (error.isObject()) {
      String code = word(error.path("code").asText());
      // whoever asks makes do with it, for example by asking for less at a time
      log.warn(
          LOG,
          "node " + question + " error " + code,
          "the node refuses " + question + " code=" + code + " " + HttpAnswer.of(exchange));
    } else if (!answer.has("result")) {
      unusable(exchange, Party.NODE, question, "result");
    }
  }

  /** The facilitator brought no answer to /verify. */
  public void verifySilent(Exchange exchange) {
    silent(exchange, Party.FACILITATOR, "/verify");
  }

  /** The facilitator brought no answer to /settle. */
  public void settleSilent(Exchange exchange) {
    silent(exchange, Party.FACILITATOR, "/settle");
  }

  /** The facilitator brought no answer to /supported. */
  public void supportedSilent(Exchange exchange) {
    silent(exchange, Party.FACILITATOR, "/supported");
  }

  /** The node brought no answer. */
  public void nodeSilent(Exchange exchange) {
    silent(exchange, Party.NODE, QUESTION.find(exchange).orElse("a question"));
  }

  private void judgement(Exchange exchange, String call, String field, String reasonField) {
    Optional<JsonNode> answer = document(exchange).filter(found -> found.path(field).isBoolean());
    if (answer.isEmpty()) {
      unusable(exchange, Party.FACILITATOR, call, field);
    } else if (!answer.get().path(field).booleanValue()) {
      String reason = word(answer.get().path(reasonField).asText());
      log.warn(
          LOG,
          "facilitator " + call + " refuses " + reason,
          "the facilitator refuses at "
              + call
              + " reason="
              + reason
              + " "
              + HttpAnswer.of(exchange));
    }
  }

  private void unusable(Exchange exchange, Party party, String call, String field) {
    HttpAnswer answer = HttpAnswer.of(exchange);
    String remark = remark(exchange, answer, field, party);
    log.error(
        LOG,
        party.named + " " + call + " " + answer + " " + remark,
        party.unusable + " " + call + " " + answer + ": " + remark);
  }

  /** What such an answer most likely means, and where it is mended. */
  private String remark(Exchange exchange, HttpAnswer answer, String field, Party party) {
    int status = answer.status();
    if (status >= 300 && status < 400) {
      return "it sends elsewhere and is not followed; put its new address into " + party.setting;
    }
    if (status == 401 || status == 403) {
      return "it does not let us in; see " + party.credential;
    }
    if (status == 404 || status == 405 || status == 410) {
      return "there is no such thing at " + party.setting;
    }
    if (status == 429) {
      return "it takes no more calls at the moment";
    }
    if (status >= 500) {
      return "it is out of order";
    }
    if (answer.isPage()) {
      return "a web page and no answer; is " + party.setting + " right?";
    }
    return document(exchange).isPresent()
        ? "JSON without a usable " + field + "; is " + party.setting + " right?"
        : "not JSON";
  }

  private void silent(Exchange exchange, Party party, String call) {
    Throwable why = Caught.in(exchange);
    String name = why == null ? "unknown" : why.getClass().getSimpleName();
    log.warn(
        LOG,
        party.named + " " + call + " " + how(why),
        party.silent + " " + call + " brought no answer: " + how(why) + " (" + name + ")");
  }

  private static String how(Throwable why) {
    if (why instanceof InterruptedIOException) {
      return "too late";
    }
    return why instanceof ConnectException || why instanceof UnknownHostException
        ? "not reached"
        : "broken off";
  }

  private Optional<JsonNode> document(Exchange exchange) {
    byte[] body = exchange.getMessage().getBody(byte[].class);
    // a stream can be read once, and others read after us
    exchange.getMessage().setBody(body);
    return json.object(body == null ? new byte[0] : body).map(JsonNode.class::cast);
  }

  private static String word(String foreign) {
    return WORD.matcher(foreign).matches() ? foreign : "unspecified";
  }
}
