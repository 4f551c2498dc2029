package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Product;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.catalog.Tariff;
import io.tollroute.json.StrictJson;
import io.tollroute.ledger.Quote;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a payment must have been made for: terms as they were offered, now or earlier.
 *
 * @param quote price and order of work and money
 * @param tariff by which calls with an input, and of tokens, are priced
 * @param settings the seller's side as it was
 * @param requirements our payment requirements (x402 v2, an entry of accepts)
 * @param extensions the extensions that were advertised
 * @param resources every address that a payment for it may name
 */
record QuotedTerms(
    Quote quote,
    Tariff tariff,
    X402Settings settings,
    ObjectNode requirements,
    ObjectNode extensions,
    Set<String> resources) {

  private static final StrictJson JSON = new StrictJson(64, 4 << 20);

  static QuotedTerms of(Product product, X402Settings settings) {
    return of(product, settings, new TermsDocuments(product, settings));
  }

  /** The same, where its documents are made already: seeing what fits into a header takes time. */
  static QuotedTerms of(Product product, X402Settings settings, TermsDocuments documents) {
    return new QuotedTerms(
        new Quote(product.price(), product.settles()),
        product.tariff(),
        settings,
        documents.requirements(),
        documents.extensions(),
        documents.resources());
  }

  /** Something that is sold once, at the terms on which these were offered. */
  QuotedTerms with(Product soldOnce) {
    return of(soldOnce, settings);
  }

  /** The same for a call that is priced by its input. */
  QuotedTerms at(Price price) {
    return new QuotedTerms(
        new Quote(price, quote.settles()),
        tariff,
        settings,
        requirements.deepCopy().put("amount", price.atomicUnits(settings.decimals()).toString()),
        extensions,
        resources);
  }

  String amount() {
    return requirements.path("amount").textValue();
  }

  String payTo() {
    return requirements.path("payTo").textValue();
  }

  /** All that has to be known to take a payment for it. The same terms make the same text. */
  String written() {
    ObjectNode written = JsonNodeFactory.instance.objectNode();
    written.put("currency", quote.price().currency());
    written.put("price", quote.price().text());
    WrittenTariff.of(tariff).ifPresent(found -> written.set("tariff", found));
    written.put("settlement", quote.settles().name());
    written.put("decimals", settings.decimals());
    written.put("publicUrl", settings.publicUrl());
    written.set("requirements", requirements);
    written.set("extensions", extensions);
    ArrayNode addresses = written.putArray("resources");
    resources.forEach(addresses::add);
    return written.toString();
  }

  /**
   * Reads what was written down, perhaps by another version; empty when it cannot be understood.
   *
   * @param now our settings, for what no buyer was told
   */
  static Optional<QuotedTerms> read(String written, X402Settings now) {
    return JSON.object(written.getBytes(StandardCharsets.UTF_8))
        .filter(found -> found.path("requirements") instanceof ObjectNode)
        .filter(found -> found.path("extensions") instanceof ObjectNode)
        .flatMap(found -> read(found, now));
  }

  private static Optional<QuotedTerms> read(ObjectNode found, X402Settings now) {
    ObjectNode requirements = (ObjectNode) found.path("requirements");
    Set<String> resources = new LinkedHashSet<>();
    found.path("resources").forEach(address -> resources.add(address.asText()));
    try {
      Price price =
          new Price(found.path("currency").asText(), new BigDecimal(found.path("price").asText()));
      return Optional.of(
          new QuotedTerms(
              new Quote(price, SettlementOrder.valueOf(found.path("settlement").asText())),
              WrittenTariff.read(found.path("tariff"), price),
              settings(found, requirements, now),
              requirements,
              (ObjectNode) found.path("extensions"),
              resources));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  private static X402Settings settings(ObjectNode found, JsonNode requirements, X402Settings now) {
    return new X402Settings(
        requirements.path("network").asText(),
        requirements.path("payTo").asText(),
        requirements.path("asset").asText(),
        requirements.path("extra").path("name").asText(),
        requirements.path("extra").path("version").asText(),
        found.path("decimals").asInt(),
        requirements.path("maxTimeoutSeconds").asInt(),
        now.secondsNeeded(),
        found.path("publicUrl").asText(),
        now.seller(),
        now.icon());
  }
}
