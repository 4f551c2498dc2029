package io.tollroute.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Connections that are made only to addresses that are allowed, whatever name leads there: what a
 * name means is looked at when a connection is made, and it is made to just that address.
 */
public final class GuardedConnections implements AutoCloseable {

  private static final Timeout TO_CONNECT = Timeout.ofSeconds(10);
  private static final TimeValue LONGEST_LIFE = TimeValue.ofMinutes(1);
  private static final TimeValue LONGEST_IDLE = TimeValue.ofSeconds(4);
  private static final long LOOK_MILLIS = 1_000;

  private final PoolingHttpClientConnectionManager pool;

  /**
   * Has {@code timer} close what is idle.
   *
   * @param allowed whether a host may be at an address
   * @param most connections at a time
   */
  public GuardedConnections(
      ScheduledExecutorService timer, BiPredicate<String, InetAddress> allowed, int most) {
    this.pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(new Guard(allowed))
            .setMaxConnTotal(most)
            .setMaxConnPerRoute(most)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(TO_CONNECT)
                    // zero is before every use
                    .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                    .setTimeToLive(LONGEST_LIFE)
                    .build())
            .build();
    timer.scheduleWithFixedDelay(this::closeIdle, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Calls over these connections, each within {@code bounds}. */
  public HttpClientConfigurer within(BoundedHttp bounds) {
    return builder -> {
      bounds.configureHttpClient(builder);
      builder.setConnectionManager(pool);
      builder.setConnectionManagerShared(true);
    };
  }

  private void closeIdle() {
    pool.closeExpired();
    pool.closeIdle(LONGEST_IDLE);
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Knows no host of which one address is not allowed. */
  private record Guard(BiPredicate<String, InetAddress> allowed) implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
      for (InetAddress address : addresses) {
        if (!allowed.test(host, address)) {
          throw new ForbiddenAddress();
        }
      }
      return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
