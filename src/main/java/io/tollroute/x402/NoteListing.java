package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Product;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.json.StrictJson;
import io.tollroute.ledger.Listings;
import io.tollroute.ledger.Listings.Listed;
import io.tollroute.ledger.PaymentProof;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the facilitator says of listing a service in its marketplace: the header
 * EXTENSION-RESPONSES of its answer (x402 extension bazaar). It is the only sign that there is of a
 * listing that was refused, and is for the operator: no call fails for it.
 */
public final class NoteListing implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(NoteListing.class);

  private static final String HEADER = "EXTENSION-RESPONSES";
  private static final int MAX_HEADER = 8 * 1024;
  private static final int MAX_STATUS = 64;
  private static final int MAX_REASON = 200;
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]+");

  /** The same word is written down again after an hour. */
  private static final long AGAIN_SECONDS = 3600;

  private final StrictJson json = new StrictJson(16, MAX_HEADER);
  private final Map<String, Listed> kept = new ConcurrentHashMap<>();
  private final Listings listings;
  private final Clock clock;

  /** Keeps it in {@code listings}. */
  NoteListing(Listings listings, Clock clock) {
    this.listings = listings;
    this.clock = clock;
  }

  @Override
  public void process(Exchange exchange) {
    Object header = exchange.getMessage().removeHeader(HEADER);
    Optional<Product> sold = CatalogueSlots.PRODUCT.find(exchange).filter(Product::isListed);
    Optional<PaymentProof> proof = CorridorSlots.PROOF.find(exchange);
    if (header instanceof String text && sold.isPresent() && proof.isPresent()) {
      X402Payment payment = (X402Payment) proof.get();
      listed(text, sold.get().id(), payment.request()).ifPresent(this::keep);
    }
  }

  private Optional<Listed> listed(String header, String service, ObjectNode request) {
    if (header.length() > MAX_HEADER) {
      return Optional.empty();
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(header);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
    JsonNode told = json.object(decoded).map(all -> all.path("bazaar")).orElse(request.path(""));
    if (!told.path("status").isTextual()) {
      return Optional.empty();
    }
    String kind =
        request.at("/paymentPayload/extensions/bazaar/info/input/type").asText().equals("mcp")
            ? "mcp"
            : "http";
    return Optional.of(
        new Listed(
            service,
            kind,
            printable(told.path("status").asText(), MAX_STATUS),
            Optional.of(printable(told.path("rejectedReason").asText(), MAX_REASON))
                .filter(reason -> !reason.isEmpty()),
            clock.instant().getEpochSecond()));
  }

  private static String printable(String foreign, int most) {
    String clean = UNPRINTABLE.matcher(foreign).replaceAll("?");
    return clean.substring(0, Math.min(most, clean.length()));
  }

  private void keep(Listed listed) {
    String key = listed.kind() + " " + listed.service();
    Listed before = kept.get(key);
    boolean same =
        before != null
            && before.status().equals(listed.status())
            && before.reason().equals(listed.reason());
    if (same && listed.toldAt() < before.toldAt() + AGAIN_SECONDS) {
      return;
    }
    try {
      listings.keep(listed);
      kept.put(key, listed);
      if (!same) {
        LOG.info(
            "the facilitator says of listing service={} kind={} status={} reason={}",
            listed.service(),
            listed.kind(),
            listed.status(),
            listed.reason().orElse("none"));
      }
    } catch (Refusal unwritten) {
      LOG.warn("what the facilitator says of listing {} was not kept", listed.service(), unwritten);
    }
  }
}
