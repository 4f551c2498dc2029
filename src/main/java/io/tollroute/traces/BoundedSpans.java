package io.tollroute.traces;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Sends spans with the attributes that we mean to tell and no others. Whatever a library, or a
 * route that somebody added, writes on a span (addresses, statements, messages) stays here.
 */
final class BoundedSpans implements SpanExporter {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,80}");

  private final SpanExporter exporter;

  /** Sends by {@code exporter}. */
  BoundedSpans(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    return exporter.export(spans.stream().<SpanData>map(Bounded::new).toList());
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }

  /** A span as it goes out. */
  private static final class Bounded extends DelegatingSpanData {

    private final Attributes told;

    Bounded(SpanData span) {
      super(span);
      this.told =
          span.getAttributes().toBuilder()
              .removeIf(key -> !SpanWords.ALL.contains(key.getKey()))
              .build();
    }

    @Override
    public String getName() {
      return NAME.matcher(super.getName()).matches() ? super.getName() : "other";
    }

    @Override
    public Attributes getAttributes() {
      return told;
    }

    @Override
    public int getTotalAttributeCount() {
      return told.size();
    }

    @Override
    public List<EventData> getEvents() {
      return List.of();
    }

    @Override
    public int getTotalRecordedEvents() {
      return 0;
    }

    @Override
    public List<LinkData> getLinks() {
      return List.of();
    }

    @Override
    public int getTotalRecordedLinks() {
      return 0;
    }

    @Override
    public StatusData getStatus() {
      return StatusData.create(super.getStatus().getStatusCode(), "");
    }
  }
}
