package io.tollroute.alibaba;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import java.time.Duration;
import javax.sql.DataSource;

/** Where the tokens of a rate are kept. */
@FunctionalInterface
public interface RateStore {

  /** The bucket of that name, full when it is new. */
  Bucket named(String name, BucketConfiguration configuration);

  /** Buckets of this process. */
  static RateStore local() {
    return (name, configuration) -> {
      var builder = Bucket.builder();
      for (var limit : configuration.getBandwidths()) {
        builder.addLimit(limit);
      }
      return builder.build();
    };
  }

  /**
   * Buckets that all processes with the same PostgreSQL database share, in its table {@code
   * rate_gate}. They go by the clocks of the processes, which must not be far apart.
   */
  static RateStore shared(DataSource database, Duration timeout) {
    ProxyManager<String> manager =
        Bucket4jPostgreSQL.selectForUpdateBasedBuilder(database)
            .primaryKeyMapper(PrimaryKeyMapper.STRING)
            .table("rate_gate")
            .idColumn("id")
            .stateColumn("state")
            .requestTimeout(timeout)
            .build();
    return (name, configuration) -> manager.builder().build(name, () -> configuration);
  }
}
