package io.tollroute.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.json.StrictJson;
import io.tollroute.module.Check;
import io.tollroute.module.Finding;
import io.tollroute.outbound.OneCall;
import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Settings;
import io.tollroute.x402.X402Module;
import io.tollroute.x402.X402Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether who comes to the public address meets this shop and its terms. One unpaid call is made,
 * as any buyer's first one; it costs nothing and writes nothing.
 */
final class PublicUrlCheck implements Check {

  private static final String URL = "tollroute.public-url";
  private static final String NAME = "public address";
  private static final String PATH = "/api/tools/";

  private static final long PATIENCE_MILLIS = 5_000;
  private static final int DOOR_MILLIS = 1_000;
  private static final int MAX_BYTES = 1 << 20;

  private static final int PAYMENT_REQUIRED = 402;

  /** How a proxy says that there is nobody behind it. */
  private static final Set<Integer> NOBODY_BEHIND = Set.of(502, 503, 504);

  private final Settings settings;
  private final X402Settings terms;
  private final Optional<String> service;
  private final boolean realMoney;
  private final Clock clock;
  private final StrictJson json = new StrictJson(64, MAX_BYTES);

  /**
   * Asks for the terms of a service.
   *
   * @param service id of one that has no calls for nothing, if there is such a one
   * @param realMoney whether buyers elsewhere are meant to come
   */
  PublicUrlCheck(Settings settings, Optional<String> service, boolean realMoney, Clock clock)
      throws IOException {
    this.settings = settings;
    this.terms = X402Module.settings(settings);
    this.service = service;
    this.realMoney = realMoney;
    this.clock = clock;
  }

  @Override
  public List<Finding> look() {
    if (terms.payTo().isEmpty() || terms.asset().isEmpty()) {
      return List.of(
          Finding.skip(NAME, "what has to be shown there is not known: a setting is missing"));
    }
    if (service.isEmpty()) {
      return List.of(Finding.skip(NAME, "no service is on sale whose every call costs something"));
    }
    String where = MaskedUrl.of(terms.publicUrl());
    try {
      OneCall.Answer answer =
          new OneCall(clock, PATIENCE_MILLIS, MAX_BYTES)
              .post(
                  terms.publicUrl() + PATH + service.get(),
                  new byte[0],
                  Map.of("Content-Type", "application/json"));
      return List.of(judged(where, answer));
    } catch (IOException e) {
      return List.of(silent(where, OneCall.words(e)));
    }
  }

  private Finding silent(String where, String words) {
    return isOpenHere()
        ? Finding.fail(
            NAME,
            where + ": " + words + ", though the shop is open on this machine",
            "look at "
                + URL
                + ", DNS, certificate, proxy and firewall on the way to port "
                + port())
        : Finding.skip(
            NAME,
            where + ": " + words + "; no shop is open on this machine's port " + port(),
            "start the shop and ask again");
  }

  private String port() {
    return settings.text("tollroute.port");
  }

  /** Whether somebody listens where the shop would. */
  private boolean isOpenHere() {
    try (Socket door = new Socket()) {
      door.connect(
          new InetSocketAddress(
              ListeningHost.of(settings.text("tollroute.host")).text(),
              settings.whole("tollroute.port")),
          DOOR_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Finding judged(String where, OneCall.Answer answer) {
    int status = answer.status();
    if (status == PAYMENT_REQUIRED) {
      return terms(where, answer);
    }
    if (status / 100 == 3) {
      String to = answer.header("location").map(MaskedUrl::of).orElse("nowhere");
      return Finding.fail(
          NAME,
          where + " sends buyers on to " + to + "; a payment is not sent on",
          "set " + URL + " to the address that answers by itself");
    }
    String word =
        json.object(answer.body())
            .map(body -> body.path("error"))
            .map(error -> error.isTextual() ? error.asText() : error.path("code").asText(""))
            .map(text -> text.replaceAll("[^a-z_]", ""))
            .orElse("");
    String said = status + (word.isEmpty() ? "" : " " + word);
    if (word.isEmpty() && NOBODY_BEHIND.contains(status)) {
      return silent(where, "a proxy answers " + said);
    }
    return Finding.fail(
        NAME,
        where + " answers " + said + " where it should ask for money (" + service.get() + ")",
        word.isEmpty()
            ? "somebody else answers there: look at " + URL + " and at the proxy in front"
            : "docs/errors.md tells what "
                + word
                + " means; or the shop that is open has other"
                + " settings or services than these");
  }

  private Finding terms(String where, OneCall.Answer answer) {
    Optional<ObjectNode> demand =
        X402Module.CARRIER.terms().stream()
            .flatMap(name -> answer.header(name.toLowerCase(Locale.ROOT)).stream())
            .findFirst()
            .flatMap(this::decoded);
    if (demand.isEmpty()) {
      return Finding.fail(
          NAME,
          where
              + " asks for money without saying how in the header "
              + String.join(", ", X402Module.CARRIER.terms()),
          "have the proxy in front pass the header on, or look who answers there");
    }
    JsonNode accepted = demand.get().path("accepts").path(0);
    for (Map.Entry<String, String> ours :
        Map.of("payTo", terms.payTo(), "network", terms.network(), "asset", terms.asset())
            .entrySet()) {
      String theirs = accepted.path(ours.getKey()).asText();
      if (!theirs.equalsIgnoreCase(ours.getValue())) {
        return Finding.fail(
            NAME,
            where
                + " asks for "
                + ours.getKey()
                + " "
                + theirs.replaceAll("[^A-Za-z0-9:_-]", "?")
                + ", these settings for "
                + ours.getValue(),
            "another shop answers there, or the one that is open was started with other settings");
      }
    }
    String resource = demand.get().path("resource").path("url").asText();
    if (!resource.startsWith(terms.publicUrl() + "/")) {
      return Finding.warn(
          NAME,
          where + " hands out addresses at " + MaskedUrl.of(resource),
          "start the shop anew with this " + URL);
    }
    return seclusion(where);
  }

  private Finding seclusion(String where) {
    Optional<String> seclusion = PublicUrlRules.seclusion(terms.publicUrl());
    String found = where + " shows the terms of this shop";
    return realMoney && seclusion.isPresent()
        ? Finding.warn(
            NAME,
            found + ", but " + seclusion.get() + ", so buyers elsewhere cannot come",
            "set " + URL + " to the address that buyers know")
        : Finding.ok(NAME, found + ", as seen from this machine");
  }

  private Optional<ObjectNode> decoded(String header) {
    try {
      return json.object(Base64.getDecoder().decode(header));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
