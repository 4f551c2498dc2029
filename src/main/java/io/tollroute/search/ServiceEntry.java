package io.tollroute.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.catalog.Tariff;
import java.util.List;
import java.util.stream.Stream;

/** Tells of a service what one must know to call it and to pay for it. */
final class ServiceEntry {

  private final String publicUrl;
  private final List<PaymentCarrier> carriers;

  /** Addresses begin with {@code publicUrl}; paid is by {@code carriers}. */
  ServiceEntry(String publicUrl, List<PaymentCarrier> carriers) {
    this.publicUrl = publicUrl;
    this.carriers = List.copyOf(carriers);
  }

  /** The name of who does a service's work: that of his route. */
  static String provider(Service service) {
    String route = service.provider().route();
    return route.substring(route.indexOf(':') + 1);
  }

  /** Writes it into an empty object. The service's own documents are shared, not copied. */
  void write(Service service, ObjectNode entry) {
    identity(service, entry);
    call(service, entry);
    entry.set("pricing", pricing(service, entry.objectNode()));
    entry.set("payment", payment(entry.objectNode()));
  }

  private static void identity(Service service, ObjectNode entry) {
    entry.put("id", service.id());
    entry.put("canonicalId", service.id());
    fill(entry.putArray("aliases"), service.aliases().stream());
    entry.put("name", service.title());
    entry.put("description", service.description());
    entry.put("category", service.shelf().category());
    entry.put("provider", provider(service));
    fill(entry.putArray("keywords"), service.shelf().keywords().stream());
    fill(entry.putArray("tags"), service.tags().stream());
  }

  private void call(Service service, ObjectNode entry) {
    entry.put("toolName", service.toolName());
    entry.put("mcpUrl", publicUrl + Service.MCP);
    entry.put("method", "POST");
    entry.put("endpoint", publicUrl + service.address());
    fill(
        entry.putArray("endpointAliases"),
        service.otherAddresses().stream().map(publicUrl::concat));
    entry.set("inputSchema", service.inputSchema());
    entry.set("outputSchema", service.detailed().schema());
    entry.set("exampleRequest", service.exampleRequest());
    entry.set("exampleResponse", service.detailed().example());
  }

  private static ObjectNode pricing(Service service, ObjectNode pricing) {
    Tariff tariff = service.tariff();
    pricing.put("amount", service.price().text());
    service.price().cents().ifPresent(cents -> pricing.put("amountCents", cents));
    pricing.put("currency", tariff.currency());
    tariff
        .per()
        .ifPresent(
            per -> {
              pricing.put("upTo", tariff.cap().text());
              pricing
                  .putObject("per")
                  .put("pointer", per.pointer())
                  .put("amount", per.amount().toPlainString())
                  .put("unit", per.unit().toPlainString())
                  .put("upTo", per.upTo());
            });
    if (!tariff.volume().isEmpty()) {
      ArrayNode volume = pricing.putArray("volume");
      tariff
          .volume()
          .forEach(
              step ->
                  volume.addObject().put("calls", step.calls()).put("each", step.each().text()));
    }
    tariff
        .free()
        .ifPresent(
            free -> {
              pricing.put("freePerDay", free.calls());
              if (free.isOfWallets()) {
                pricing.put("freeBy", "wallet");
              }
            });
    pricing.put("billingMode", "per_call");
    pricing.put(
        "settleMode", service.settles() == SettlementOrder.FIRST ? "settle_first" : "settle_after");
    return pricing;
  }

  private ObjectNode payment(ObjectNode payment) {
    ArrayNode methods = payment.putArray("methods");
    for (PaymentCarrier carrier : carriers) {
      fill(
          methods.addObject().put("method", carrier.method()).putArray("headers"),
          carrier.proofs().stream().map(PaymentCarrier.Header::name));
    }
    return payment;
  }

  private static void fill(ArrayNode list, Stream<String> texts) {
    texts.forEach(list::add);
  }
}
