package io.tollroute.alibaba;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketExceptions.BucketExecutionException;
import io.tollroute.call.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back calls beyond the rate that Alibaba grants the account for an action. A call waits for
 * its turn for at most a second; one that would wait longer is refused at once.
 */
public final class RateGate implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger(RateGate.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private record Key(String product, String action, double callsPerSecond) {

    String name() {
      return product + "/" + action + "/" + callsPerSecond;
    }
  }

  private final RateStore store;
  private final Map<Key, Bucket> opened = new ConcurrentHashMap<>();

  /** Takes the tokens from {@code store}. */
  public RateGate(RateStore store) {
    this.store = store;
  }

  /**
   * Lets a call pass in its turn.
   *
   * @throws Refusal {@code provider_busy}, also when nobody can say whose turn it is
   */
  @Override
  public void process(Exchange exchange) throws Refusal, InterruptedException {
    RpcAction action = RpcSlots.ACTION.of(exchange);
    Key key = new Key(action.product(), action.action(), action.callsPerSecond());
    try {
      if (opened.computeIfAbsent(key, this::open).asBlocking().tryConsume(1, PATIENCE)) {
        return;
      }
    } catch (BucketExecutionException e) {
      LOG.error("alert=rate_gate_unavailable a call was refused: {}", e.getMessage());
      throw Refusal.of("provider_busy").causedBy(e);
    }
    throw Refusal.of("provider_busy");
  }

  private Bucket open(Key key) {
    long capacity = Math.max(1, Math.round(key.callsPerSecond()));
    Duration perCall = Duration.ofNanos(Math.max(1, Math.round(1e9 / key.callsPerSecond())));
    return store.named(
        key.name(),
        BucketConfiguration.builder()
            .addLimit(limit -> limit.capacity(capacity).refillGreedy(1, perCall))
            .build());
  }
}
