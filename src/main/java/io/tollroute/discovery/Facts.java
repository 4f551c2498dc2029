package io.tollroute.discovery;

import io.tollroute.catalog.Provider;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.SettlementOrder;
import io.tollroute.corridor.PaymentMethod;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What templates may say, by name.
 *
 * @param base absolute public address, without trailing slash
 * @param seller its name for people
 * @param version of the program
 * @param icon address of a picture of it
 * @param contact e-mail address or URL of somebody who answers
 * @param waysToPay for tokens, by the names of {@code tollroute.payments.providers}
 * @param keepSeconds how long an answer can be had again at least
 * @param methods of payment
 */
record Facts(
    String base,
    String seller,
    String version,
    String icon,
    Optional<String> contact,
    List<String> waysToPay,
    int keepSeconds,
    List<PaymentMethod> methods) {

  private static final String GOES_ON =
      "The work may go on after the call, for at most %d seconds: the answer is then 202 with a job,"
          + " whose answer its address (data.job.url) gives for nothing more.";

  Facts {
    waysToPay = List.copyOf(waysToPay);
    methods = List.copyOf(methods);
  }

  /** Of the shop as a whole. */
  Map<String, Object> ofShop() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("base", base);
    facts.put("seller", seller);
    facts.put("version", version);
    facts.put("icon", icon);
    contact.ifPresent(who -> facts.put("contact", who));
    facts.put("keepMinutes", Math.max(1, keepSeconds / 60));
    return facts;
  }

  /** Of all that is offered, with {@code services} for each. */
  Map<String, Object> of(Shelf shelf) {
    Map<String, Object> facts = new HashMap<>(ofShop());
    facts.put("services", shelf.offers().stream().map(this::of).toList());
    facts.put("total", shelf.offers().size());
    facts.put(
        "jobs",
        shelf.offers().stream().anyMatch(offer -> offer.service().provider().job().isPresent()));
    facts.put(
        "networks",
        String.join(
            ", ",
            shelf.offers().stream()
                .flatMap(offer -> offer.accepts().stream())
                .map(each -> each.path("network").asText())
                .distinct()
                .toList()));
    return facts;
  }

  /** Of one service, beside those of the shop. */
  Map<String, Object> of(Offer offer) {
    Service service = offer.service();
    Map<String, Object> facts = new LinkedHashMap<>(ofShop());
    facts.put("id", service.id());
    facts.put("name", service.title());
    facts.put("description", service.description());
    facts.put("summary", firstSentence(service.description()));
    facts.put("tool", service.toolName());
    facts.put("address", service.address());
    facts.put("endpoint", base + service.address());
    facts.put("amount", service.price().amount().toPlainString());
    facts.put("currency", service.price().currency());
    facts.put("tags", String.join(", ", service.tags()));
    facts.put("category", service.shelf().category());
    facts.put(
        "keywords",
        String.join(
            ", ",
            Stream.concat(service.tags().stream(), service.shelf().keywords().stream())
                .distinct()
                .toList()));
    facts.put("aliases", service.otherAddresses().stream().map(base::concat).toList());
    facts.put("first", service.settles().first());
    facts.put("paidFirst", service.settles() == SettlementOrder.FIRST);
    Optional<Provider.Job> job = service.provider().job();
    facts.put("job", job.isPresent());
    job.ifPresent(
        begun -> {
          facts.put("withinSeconds", begun.withinSeconds());
          facts.put("goesOn", GOES_ON.formatted(begun.withinSeconds()));
        });
    facts.put(
        "settleMode", service.settles() == SettlementOrder.FIRST ? "settle_first" : "answer_first");
    return facts;
  }

  /** Who is paid by whom, for documents that name one. */
  Optional<PaymentMethod.Account> account() {
    return accounts().findFirst();
  }

  /** Who moves money here. */
  List<String> movers() {
    return accounts().map(PaymentMethod.Account::mover).toList();
  }

  private Stream<PaymentMethod.Account> accounts() {
    return methods.stream().flatMap(method -> method.account().stream());
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end + 1);
  }
}
