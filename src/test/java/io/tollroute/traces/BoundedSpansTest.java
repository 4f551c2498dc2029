package io.tollroute.traces;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BoundedSpansTest {

  private static final String TEXT = "private-text";

  private static final class Kept implements SpanExporter {

    private final List<SpanData> spans = new ArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> sent) {
      spans.addAll(sent);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @Test
  @DisplayName(
      "Whatever is written on a span, our words and a name like ours are all that goes out")
  void bounded() {
    Kept kept = new Kept();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new BoundedSpans(kept)))
            .build()) {
      Tracer tracer = provider.get("test");
      Span other = tracer.spanBuilder("other-step").startSpan();
      Span span =
          tracer
              .spanBuilder("select * from " + TEXT)
              .addLink(other.getSpanContext(), Attributes.of(AttributeKey.stringKey("link"), TEXT))
              .setAttribute("tollroute.request_id", "req_1")
              .setAttribute("db.statement", TEXT)
              .setAttribute("url.query", TEXT)
              .startSpan();
      span.addEvent("log", Attributes.of(AttributeKey.stringKey("message"), TEXT));
      span.recordException(new IllegalStateException(TEXT));
      span.setStatus(StatusCode.ERROR, TEXT);
      span.end();
      other.end();
    }

    SpanData sent = kept.spans.get(0);
    assertThat(sent.getName()).isEqualTo("other");
    assertThat(sent.getAttributes())
        .isEqualTo(Attributes.of(AttributeKey.stringKey("tollroute.request_id"), "req_1"));
    assertThat(sent.getTotalAttributeCount()).isEqualTo(1);
    assertThat(sent.getEvents()).isEmpty();
    assertThat(sent.getLinks()).isEmpty();
    assertThat(sent.getTotalRecordedEvents() + sent.getTotalRecordedLinks()).isZero();
    assertThat(sent.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(sent.getStatus().getDescription()).isEmpty();
    assertThat(kept.spans.get(1).getName()).isEqualTo("other-step");
  }
}
