package io.tollroute.module;

import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** The database that all replicas of a shop share, where there is one. */
@FunctionalInterface
public interface SharedDatabase {

  /**
   * Connections of its own for what may be lost when the server crashes; empty where a shop is one
   * process. They end with the bundle.
   *
   * @param patience how long a caller waits for a connection
   */
  Optional<DataSource> forgetfulPool(int connections, Duration patience);
}
