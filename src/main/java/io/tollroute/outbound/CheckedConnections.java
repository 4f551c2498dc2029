package io.tollroute.outbound;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.util.TimeValue;

/**
 * Keeps every camel-http endpoint, ours and those of an operator's own routes, from using a
 * connection that the other side has closed: one that was used before is looked at before each
 * further use, lives a minute at most, and is closed when nobody uses it. A call of an endpoint
 * that says nothing of its client is bounded; one that wants the stream as it comes bounds it
 * itself.
 */
public final class CheckedConnections implements EndpointStrategy {

  /** What another address of the same name should take over is not kept busy for longer. */
  private static final TimeValue LONGEST_LIFE = TimeValue.ofMinutes(1);

  /** Servers that do not say close after five seconds at the earliest. */
  private static final TimeValue LONGEST_IDLE = TimeValue.ofSeconds(4);

  private static final long LOOK_MILLIS = 1_000;

  private final Set<PoolingHttpClientConnectionManager> pools =
      Collections.newSetFromMap(new WeakHashMap<>());

  private final HttpClientConfigurer bounds;

  /** Has {@code timer} close what is idle; {@code bounds} are for who has no configurer. */
  public CheckedConnections(ScheduledExecutorService timer, HttpClientConfigurer bounds) {
    this.bounds = bounds;
    timer.scheduleWithFixedDelay(this::closeIdle, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
    if (endpoint instanceof HttpEndpoint http
        && http.getHttpClientConfigurer() == null
        && !http.isDisableStreamCache()) {
      http.setHttpClientConfigurer(bounds);
    }
    if (endpoint instanceof HttpEndpoint http
        && http.getClientConnectionManager() instanceof PoolingHttpClientConnectionManager pool) {
      // zero is before every use; what is not set here stays as the component has it
      pool.setDefaultConnectionConfig(
          ConnectionConfig.custom()
              .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
              .setTimeToLive(LONGEST_LIFE)
              .build());
      synchronized (pools) {
        pools.add(pool);
      }
    }
    return endpoint;
  }

  private void closeIdle() {
    List<PoolingHttpClientConnectionManager> open;
    synchronized (pools) {
      open = List.copyOf(pools);
    }
    open.forEach(
        pool -> {
          pool.closeExpired();
          pool.closeIdle(LONGEST_IDLE);
        });
  }
}
