package io.tollroute.x402;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Base64;

/** The value of {@code PAYMENT-REQUIRED}: a demand in base64. */
final class DemandHeader {

  private static final ObjectMapper JSON = new ObjectMapper();

  private DemandHeader() {}

  /** The demand as it is sent for a reason, the x402 {@code error}. */
  static String of(ObjectNode demand, String error) {
    try {
      return Base64.getEncoder()
          .encodeToString(JSON.writeValueAsBytes(demand.deepCopy().put("error", error)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
