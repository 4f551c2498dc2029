package io.tollroute.x402;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Product;
import io.tollroute.corridor.PaymentTerms;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The terms of one product, computed once: the x402 v2 document as a header and the v1 document for
 * the body, kept ready as bytes for each reason that they are sent for since they first were.
 */
public final class Terms {

  /** Where x402 v2 has its terms (HTTP transport). */
  static final String HEADER = "PAYMENT-REQUIRED";

  private static final String USUAL_REASON = "Payment required";
  private static final int REASONS_KEPT = 64;

  private final ObjectNode demand;
  private final ObjectNode v1;
  private final ObjectNode extensions;
  private final byte[] members;
  private final List<String> remarks;
  private final QuotedTerms quoted;
  private final Product product;
  private final X402Settings settings;
  private final Map<Boolean, Listing> listings = new ConcurrentHashMap<>();
  private final Map<String, PaymentTerms.Part> ready = new ConcurrentHashMap<>();

  Terms(Product product, X402Settings settings) {
    this(product, settings, new TermsDocuments(product, settings));
  }

  private Terms(Product product, X402Settings settings, TermsDocuments documents) {
    this(
        product,
        settings,
        QuotedTerms.of(product, settings, documents),
        documents.demand(),
        documents.v1(),
        documents.extensionsOfBody(),
        documents.remarks());
  }

  private Terms(
      Product product,
      X402Settings settings,
      QuotedTerms quoted,
      ObjectNode demand,
      ObjectNode v1,
      ObjectNode extensions,
      List<String> remarks) {
    this.product = product;
    this.settings = settings;
    this.quoted = quoted;
    this.demand = demand;
    this.v1 = v1;
    this.extensions = extensions;
    this.remarks = List.copyOf(remarks);
    this.members = members(v1, extensions);
  }

  /** The same for a call that is priced by its input; nothing else of them depends on it. */
  Terms at(Price price) {
    QuotedTerms then = quoted.at(price);
    ObjectNode priced = demand.deepCopy();
    priced.putArray("accepts").add(then.requirements());
    return new Terms(
        product,
        settings,
        then,
        priced,
        v1.deepCopy().put("maxAmountRequired", then.amount()),
        extensions,
        remarks);
  }

  /** What the terms leave out of their service to fit, a line each; usually none. */
  List<String> remarks() {
    return remarks.stream()
        .map(remark -> "its 402 would be too long for many proxies, so its terms " + remark)
        .toList();
  }

  /** The terms as a document of their own: x402 v2 version, resource and accepts. */
  ObjectNode offer() {
    return demand.deepCopy().retain("x402Version", "resource", "accepts");
  }

  /** What marketplaces are told of the product: as the tool that it is, or as an address. */
  Listing listing(boolean asTool) {
    return listings.computeIfAbsent(asTool, this::listed);
  }

  private Listing listed(boolean asTool) {
    TermsDocuments documents = new TermsDocuments(product, settings);
    return product
        .tool()
        .filter(tool -> asTool)
        .map(documents::listing)
        .orElseGet(documents::listing);
  }

  /** Our own payment requirements (x402 v2, an entry of accepts). */
  public ObjectNode requirements() {
    return quoted.requirements();
  }

  /** What a payment for it must have been made for. */
  QuotedTerms quoted() {
    return quoted;
  }

  /** The part of a 402 for a refusal; the reason becomes the x402 {@code error}. */
  PaymentTerms.Part part(Refusal refusal) {
    String reason = refusal.reason().orElse(USUAL_REASON);
    PaymentTerms.Part known = ready.get(reason);
    if (known != null) {
      return known;
    }
    PaymentTerms.Part made =
        new PaymentTerms.Part(Map.of(HEADER, DemandHeader.of(demand, reason)), members);
    // reasons come from the facilitator: keep the usual ones, not whatever it may think of
    if (ready.size() < REASONS_KEPT) {
      ready.put(reason, made);
    }
    return made;
  }

  /** The same for a caller who is asked which wallet is his, where the product asks that. */
  PaymentTerms.Part part(Refusal refusal, SignIn signIn) {
    if (!SignIn.isAskedFor(product)) {
      return part(refusal);
    }
    ObjectNode asking = demand.deepCopy();
    asking.withObject("/extensions").set(SignIn.EXTENSION, signIn.of(product));
    String reason = refusal.reason().orElse(USUAL_REASON);
    return new PaymentTerms.Part(Map.of(HEADER, DemandHeader.of(asking, reason)), members);
  }

  /** The document of x402 v1, which stands beside our envelope. */
  private static byte[] members(ObjectNode v1, ObjectNode extensions) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("x402Version", 1);
    document.putArray("accepts").add(v1);
    if (!extensions.isEmpty()) {
      document.set("extensions", extensions);
    }
    String text = document.toString();
    return text.substring(1, text.length() - 1).getBytes(StandardCharsets.UTF_8);
  }
}
