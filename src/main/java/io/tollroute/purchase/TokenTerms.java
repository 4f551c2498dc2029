package io.tollroute.purchase;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Product;
import io.tollroute.catalog.Tariff;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.corridor.PaymentTerms;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What a 402 says of tokens: how to buy one, and in which headers a call can be paid at all. */
final class TokenTerms implements PaymentTerms {

  private record Ready(Product sold, Part part) {}

  private final Map<String, Ready> ready = new ConcurrentHashMap<>();
  private final List<PaymentCarrier> carriers;
  private final List<PaymentMethod> settling;
  private final String publicUrl;

  /**
   * Terms.
   *
   * @param carriers of all methods
   * @param settling the methods that move money, with which a token can be bought
   */
  TokenTerms(List<PaymentCarrier> carriers, List<PaymentMethod> settling, String publicUrl) {
    this.carriers = List.copyOf(carriers);
    this.settling = List.copyOf(settling);
    this.publicUrl = publicUrl;
  }

  @Override
  public Part of(Product sold, Refusal refusal) {
    if (!sold.isListed()) {
      return part(sold);
    }
    if (sold.offered() != sold) {
      return part(sold);
    }
    Ready known = ready.get(sold.id());
    if (known == null || known.sold() != sold) {
      known = new Ready(sold, part(sold));
      ready.put(sold.id(), known);
    }
    return known.part();
  }

  private Part part(Product sold) {
    String text = JsonNodeFactory.instance.objectNode().set("payment", payment(sold)).toString();
    return new Part(
        Map.of(), text.substring(1, text.length() - 1).getBytes(StandardCharsets.UTF_8));
  }

  /** How to pay, for callers who know nothing of the methods. */
  private ObjectNode payment(Product sold) {
    ObjectNode payment = JsonNodeFactory.instance.objectNode();
    payment.put("serviceId", sold.id());
    sold.price().cents().ifPresent(cents -> payment.put("amountCents", cents));
    payment.put("amount", sold.price().text());
    payment.put("currency", sold.price().currency());
    if (sold.isListed()) {
      payment.put("billingMode", "per_call");
      payment.put("maxCalls", 1);
      pricing(sold.tariff()).ifPresent(pricing -> payment.set("pricing", pricing));
    }
    settling.stream()
        .flatMap(method -> method.account().stream())
        .findFirst()
        .ifPresent(
            account -> payment.put("provider", account.mover()).put("payTo", account.payTo()));
    ArrayNode proofs = payment.putArray("retryWith");
    carriers.stream()
        .filter(carrier -> sold.isListed() || isSettling(carrier))
        .flatMap(carrier -> carrier.proofs().stream())
        .map(PaymentCarrier.Header::described)
        .forEach(proofs::add);
    if (sold.isListed()) {
      ObjectNode createPayment = payment.putObject("createPayment");
      createPayment.put("method", "POST").put("url", publicUrl + TokenOffer.ADDRESS);
      ObjectNode body = createPayment.putObject("body").put("serviceId", sold.id());
      body.put("calls", 1);
      if (sold.tariff().goesByInput()) {
        body.put("units", Math.max(1, sold.units()));
      }
    }
    return payment;
  }

  /** What other inputs, and more calls at once, cost. */
  private static Optional<ObjectNode> pricing(Tariff tariff) {
    ObjectNode pricing = JsonNodeFactory.instance.objectNode();
    tariff
        .per()
        .ifPresent(
            per -> {
              pricing.put("from", tariff.from().text()).put("upTo", tariff.cap().text());
              ObjectNode each = pricing.putObject("per");
              each.put("pointer", per.pointer()).put("amount", per.amount().toPlainString());
              each.put("unit", per.unit()).put("upTo", per.upTo());
            });
    for (Tariff.Step step : tariff.volume()) {
      pricing
          .withArray("volume")
          .addObject()
          .put("calls", step.calls())
          .put("amount", step.each().times(step.calls()).text());
    }
    return Optional.of(pricing).filter(said -> !said.isEmpty());
  }

  private boolean isSettling(PaymentCarrier carrier) {
    return settling.stream().anyMatch(method -> method.carrier().equals(carrier));
  }
}
