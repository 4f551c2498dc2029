package io.tollroute.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.call.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The one shape of every answer: {@code code, content, data, message, requestId}. */
public final class Envelope {

  private static final String GOES_ON =
      "The work goes on. Ask data.job.url for its answer, or send the same request with the same"
          + " payment again: neither costs anything more. It is charged when there is an answer,"
          + " unless it was paid before.";

  private final ObjectMapper json = new ObjectMapper();
  private final ErrorWords words;
  private final String docsUrl;

  /** {@code docsUrl} is the absolute address of the page that explains the error words. */
  public Envelope(ErrorWords words, String docsUrl) {
    this.words = words;
    this.docsUrl = docsUrl;
  }

  /** A success around the provider's JSON, which is passed on byte for byte. */
  public byte[] success(byte[] data, String requestId) {
    return write(
        out -> {
          out.writeStringField("code", "200");
          out.writeStringField("content", "");
          out.writeFieldName("data");
          out.writeRawValue(new SerializedString(new String(data, StandardCharsets.UTF_8)));
          out.writeStringField("message", "success");
          out.writeStringField("requestId", requestId);
        });
  }

  /**
   * Work that goes on: {@code data} says where to ask for it.
   *
   * @param charged whether it is paid already, {@code yes} or {@code no}
   */
  public byte[] accepted(byte[] data, String charged, String requestId) {
    return write(
        out -> {
          out.writeStringField("code", "202");
          out.writeStringField("content", "");
          out.writeFieldName("data");
          out.writeRawValue(new SerializedString(new String(data, StandardCharsets.UTF_8)));
          out.writeStringField("message", GOES_ON);
          out.writeStringField("requestId", requestId);
          out.writeStringField("charged", charged);
        });
  }

  /** A failure: what happened, whether the buyer was charged, what to read next. */
  public byte[] failure(Refusal refusal, String requestId) {
    return write(out -> writeFailure(out, refusal, requestId));
  }

  /** The fields of a failure, for documents that carry more beside them. */
  public void writeFailure(JsonGenerator out, Refusal refusal, String requestId)
      throws IOException {
    ErrorWord word = words.of(refusal.word());
    out.writeStringField("code", Integer.toString(word.status()));
    out.writeStringField("content", "");
    out.writeObjectFieldStart("data");
    out.writeEndObject();
    out.writeStringField("message", refusal.sentence().orElse(word.message()));
    out.writeStringField("requestId", requestId);
    out.writeStringField("error", word.word());
    out.writeStringField("charged", word.charged());
    out.writeBooleanField("retryable", word.retryable());
    if (refusal.param().isPresent()) {
      out.writeStringField("param", refusal.param().get());
    }
    if (refusal.reason().isPresent()) {
      out.writeStringField("reason", refusal.reason().get());
    }
    out.writeStringField("docUrl", docsUrl + "#" + word.word());
  }

  private byte[] write(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      fields.writeTo(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @FunctionalInterface
  private interface Fields {
    void writeTo(JsonGenerator out) throws IOException;
  }
}
