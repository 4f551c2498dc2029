package io.tollroute.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.ledger.PaymentProof;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a job knows of the call that began it: enough to look at it, and to keep and settle its
 * answer without its buyer. It is kept sealed only.
 *
 * @param name what the buyer was told
 * @param upstream the provider's name of the job
 * @param requestId our id of the request
 * @param surface where the buyer came in, where that is not plain HTTP
 * @param method the payment method
 * @param memory what the proof is made again from
 * @param secret what only the proof's holder can show
 * @param identifier the buyer's name for the payment
 * @param request the one spelling of the request
 */
record JobWork(
    JobName name,
    String upstream,
    String requestId,
    Optional<String> surface,
    String method,
    byte[] memory,
    byte[] secret,
    Optional<String> identifier,
    byte[] request) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static JobWork of(
      JobName name,
      String upstream,
      String requestId,
      Optional<String> surface,
      PaymentProof proof,
      byte[] request) {
    return new JobWork(
        name,
        upstream,
        requestId,
        surface,
        proof.method(),
        proof.memory(),
        proof.secret(),
        proof.identifier(),
        request);
  }

  byte[] bytes() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", name.text())
            .put("upstream", upstream)
            .put("requestId", requestId)
            .put("method", method)
            .put("memory", memory)
            .put("secret", secret)
            .put("request", request);
    surface.ifPresent(text -> json.put("surface", text));
    identifier.ifPresent(text -> json.put("identifier", text));
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  static JobWork read(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      return new JobWork(
          new JobName(json.required("name").textValue()),
          json.required("upstream").textValue(),
          json.required("requestId").textValue(),
          Optional.ofNullable(json.path("surface").textValue()),
          json.required("method").textValue(),
          json.required("memory").binaryValue(),
          json.required("secret").binaryValue(),
          Optional.ofNullable(json.path("identifier").textValue()),
          json.required("request").binaryValue());
    } catch (IOException e) {
      throw new UncheckedIOException("what a job knows was written by another version", e);
    }
  }

  /** Never what is in it: records are easily logged. */
  @Override
  public String toString() {
    return name.toString();
  }
}
