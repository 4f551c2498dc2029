package io.tollroute.x402;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Service;
import io.tollroute.web.Envelope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The terms of one service, computed once: the x402 v2 document as a header and the v1 document
 * with our envelope as a body, ready as bytes for each reason that they are sent for.
 */
public final class Terms {

  private static final String REQUEST_ID_MARK = "@request-id@";
  private static final int REASONS_KEPT = 64;

  private final ObjectMapper json = new ObjectMapper();
  private final Envelope envelope;
  private final ObjectNode demand;
  private final ObjectNode v1;
  private final ObjectNode payment;
  private final ObjectNode extensionsOfBody;
  private final List<String> remarks;
  private final QuotedTerms quoted;
  private final Map<String, Demand> ready = new ConcurrentHashMap<>();

  /**
   * One demand as it is sent.
   *
   * @param header value of PAYMENT-REQUIRED
   */
  public record Demand(String header, byte[] bodyUpToRequestId, byte[] bodyAfterRequestId) {

    /** The body for one request. */
    public byte[] body(String requestId) {
      byte[] id = requestId.getBytes(StandardCharsets.US_ASCII);
      byte[] body = new byte[bodyUpToRequestId.length + id.length + bodyAfterRequestId.length];
      System.arraycopy(bodyUpToRequestId, 0, body, 0, bodyUpToRequestId.length);
      System.arraycopy(id, 0, body, bodyUpToRequestId.length, id.length);
      System.arraycopy(
          bodyAfterRequestId,
          0,
          body,
          bodyUpToRequestId.length + id.length,
          bodyAfterRequestId.length);
      return body;
    }
  }

  Terms(Service service, X402Settings settings, Envelope envelope) {
    TermsDocuments documents = new TermsDocuments(service, settings);
    this.envelope = envelope;
    this.quoted = QuotedTerms.of(service, settings);
    this.demand = documents.demand();
    this.extensionsOfBody = documents.extensionsOfBody();
    this.remarks = documents.remarks();
    this.v1 = documents.v1();
    this.payment = documents.payment();
    demand(Refusal.of("payment_required"));
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

  /** Our own payment requirements (x402 v2, an entry of accepts). */
  public ObjectNode requirements() {
    return quoted.requirements();
  }

  /** What a payment for it must have been made for. */
  QuotedTerms quoted() {
    return quoted;
  }

  /** The demand to send for a refusal; the reason becomes the x402 {@code error}. */
  public Demand demand(Refusal refusal) {
    String key = refusal.word() + "/" + refusal.reason().orElse("");
    Demand known = ready.get(key);
    if (known != null) {
      return known;
    }
    Demand made = make(refusal);
    // reasons come from the facilitator: keep the usual ones, not whatever it may think of
    if (ready.size() < REASONS_KEPT) {
      ready.put(key, made);
    }
    return made;
  }

  private Demand make(Refusal refusal) {
    try {
      String header = DemandHeader.of(demand, refusal.reason().orElse("Payment required"));
      String body = body(refusal);
      int mark = body.indexOf(REQUEST_ID_MARK);
      return new Demand(
          header,
          body.substring(0, mark).getBytes(StandardCharsets.UTF_8),
          body.substring(mark + REQUEST_ID_MARK.length()).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String body(Refusal refusal) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      envelope.writeFailure(out, refusal, REQUEST_ID_MARK);
      out.writeNumberField("x402Version", 1);
      out.writeFieldName("accepts");
      out.writeTree(json.createArrayNode().add(v1));
      if (!extensionsOfBody.isEmpty()) {
        out.writeFieldName("extensions");
        out.writeTree(extensionsOfBody);
      }
      out.writeFieldName("payment");
      out.writeTree(payment);
      out.writeEndObject();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
