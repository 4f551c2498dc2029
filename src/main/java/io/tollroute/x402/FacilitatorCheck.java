package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.json.StrictJson;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.outbound.OneCall;
import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Whether the facilitator answers, takes our credential, and settles what we ask for; and how far
 * our clock is from its. It is asked what it supports and nothing else.
 */
public final class FacilitatorCheck implements Check {

  private static final String URL = "tollroute.x402.facilitator.url";
  private static final String PATH = "/supported";
  private static final String FACILITATOR = "facilitator";
  private static final String TERMS = "facilitator terms";
  private static final String CLOCK = "clock";

  private static final Finding UNSAID =
      Finding.skip(TERMS, "the facilitator has not said what it settles");

  private static final long PATIENCE_MILLIS = 5_000;
  private static final int MAX_BYTES = 1 << 20;

  /** Of the times in a payment nobody notices this much. */
  private static final long NEAR_MILLIS = 10_000;

  /** Beyond it payments are refused that are good, or taken that are over. */
  private static final long FAR_MILLIS = 60_000;

  /** A date has no parts of a second. */
  private static final long HALF_A_SECOND = 500;

  private final Settings settings;
  private final Clock clock;
  private final StrictJson json = new StrictJson(32, MAX_BYTES);

  /** Asks the facilitator of {@code settings}. */
  public FacilitatorCheck(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public List<Finding> look() {
    Optional<String> url = settings.optional(URL);
    if (url.isEmpty()) {
      return List.of(Finding.skip(FACILITATOR, URL + " is not set"));
    }
    String where = MaskedUrl.of(url.get());
    try {
      FacilitatorAuth auth =
          new FacilitatorAuth(URI.create(url.get()), X402Module.credential(settings, clock));
      OneCall call = new OneCall(clock, PATIENCE_MILLIS, MAX_BYTES, auth::within);
      OneCall.Answer answer = call.get(url.get() + PATH);
      // the date was written somewhere between the question and now
      long asked = clock.millis() - answer.millis() / 2;
      return judged(where, answer, asked);
    } catch (SettingsFault fault) {
      return List.of(
          Finding.fail(FACILITATOR, fault.getMessage(), "give the key as the facilitator gave it"));
    } catch (IOException e) {
      return List.of(
          Finding.fail(
              FACILITATOR,
              where + ": " + OneCall.words(e),
              "look at "
                  + URL
                  + ", and whether this machine may go out; nothing is sold while it is away"),
          UNSAID,
          Finding.skip(CLOCK, "the facilitator has not said what time it is"));
    }
  }

  private List<Finding> judged(String where, OneCall.Answer answer, long asked) {
    List<Finding> findings = new ArrayList<>();
    Optional<JsonNode> kinds =
        answer.status() / 100 == 2
            ? json.object(answer.body()).map(said -> said.path("kinds")).filter(JsonNode::isArray)
            : Optional.empty();
    if (kinds.isEmpty()) {
      findings.add(unusable(where, answer));
      findings.add(UNSAID);
    } else {
      findings.add(Finding.ok(FACILITATOR, where + " answers, within " + answer.millis() + " ms"));
      findings.add(terms(kinds.get()));
    }
    findings.add(clock(answer, asked));
    return findings;
  }

  private Finding unusable(String where, OneCall.Answer answer) {
    int status = answer.status();
    if (status == 401 || status == 403) {
      return Finding.fail(
          FACILITATOR,
          where + " refuses us (" + status + ")",
          "look at tollroute.x402.facilitator.auth, now "
              + settings.text("tollroute.x402.facilitator.auth")
              + ", and the token or key that goes with it");
    }
    if (status / 100 == 3) {
      String to = answer.header("location").map(MaskedUrl::of).orElse("nowhere");
      return Finding.fail(
          FACILITATOR,
          where + " sends us on to " + to + "; payments are not sent on",
          "set " + URL + " to the address that answers by itself");
    }
    if (status / 100 == 2 || status == 404 || status == 405) {
      return Finding.fail(
          FACILITATOR,
          where + " is no facilitator: its " + PATH + " answers " + status + " without kinds",
          "set " + URL + " to the base below which /supported, /verify and /settle are");
    }
    return Finding.fail(
        FACILITATOR,
        where + " answers " + status,
        "wait, or ask whoever runs it; nothing is sold until it answers");
  }

  private Finding terms(JsonNode kinds) {
    String network = settings.text("tollroute.x402.network");
    if (FacilitatorSupport.lists(kinds, network)) {
      return Finding.ok(TERMS, "it settles scheme exact, x402 version 2, on " + network);
    }
    StringJoiner others = new StringJoiner(", ");
    for (JsonNode kind : kinds) {
      if (kind.path("x402Version").asInt() == 2 && kind.path("scheme").asText().equals("exact")) {
        others.add(kind.path("network").asText().replaceAll("[^A-Za-z0-9:_*-]", "?"));
      }
    }
    String said = others.toString();
    return Finding.fail(
        TERMS,
        "it does not settle scheme exact, x402 version 2, on "
            + network
            + (said.isEmpty()
                ? ""
                : "; it does on " + said.substring(0, Math.min(said.length(), 200))),
        "set tollroute.x402.network to one of its networks, or take another facilitator");
  }

  private static Finding clock(OneCall.Answer answer, long asked) {
    Optional<Instant> date = answer.header("date").flatMap(FacilitatorCheck::date);
    if (date.isEmpty()) {
      return Finding.skip(CLOCK, "the facilitator does not say what time it is");
    }
    long ahead = asked - date.get().toEpochMilli() - HALF_A_SECOND;
    String found =
        "this machine's clock is "
            + Math.abs(Math.round(ahead / 1000.0))
            + (ahead < 0 ? " s behind" : " s ahead of")
            + " the facilitator's";
    if (Math.abs(ahead) <= NEAR_MILLIS) {
      return Finding.ok(CLOCK, found);
    }
    String todo = "set the clock, by NTP";
    return Math.abs(ahead) <= FAR_MILLIS
        ? Finding.warn(CLOCK, found, todo)
        : Finding.fail(CLOCK, found + ": payments that are good look too old or too new", todo);
  }

  private static Optional<Instant> date(String header) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header)));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
