package io.tollroute.alibaba;

import io.github.bucket4j.Bucket;
import io.tollroute.call.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Holds back calls beyond the rate that Alibaba grants the account for an action. A call waits for
 * its turn for at most a second; one that would wait longer is refused at once.
 */
public final class RateGate implements Processor {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private record Key(String product, String action, double callsPerSecond) {}

  private final Map<Key, Bucket> buckets = new ConcurrentHashMap<>();

  /**
   * Lets a call pass in its turn.
   *
   * @throws Refusal {@code provider_busy}
   */
  @Override
  public void process(Exchange exchange) throws Refusal, InterruptedException {
    RpcAction action = Rpc.ACTION.of(exchange);
    Key key = new Key(action.product(), action.action(), action.callsPerSecond());
    if (!buckets.computeIfAbsent(key, RateGate::bucket).asBlocking().tryConsume(1, PATIENCE)) {
      throw Refusal.of("provider_busy");
    }
  }

  private static Bucket bucket(Key key) {
    long capacity = Math.max(1, Math.round(key.callsPerSecond()));
    Duration perCall = Duration.ofNanos(Math.max(1, Math.round(1e9 / key.callsPerSecond())));
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(capacity).refillGreedy(1, perCall))
        .build();
  }
}
