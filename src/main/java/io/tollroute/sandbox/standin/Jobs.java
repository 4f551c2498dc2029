package io.tollroute.sandbox.standin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The jobs of asynchronous actions, as long as Alibaba keeps their results. A job is waiting when
 * it is asked for first, and done the second time, unless it was told to take longer or to fail.
 */
final class Jobs {

  /** Results live for 30 minutes. */
  private static final Duration KEPT = Duration.ofMinutes(30);

  private static final int MOST = 10_000;

  static final String DONE = "PROCESS_SUCCESS";

  /**
   * @param status what it ends with
   * @param result JSON text
   */
  private record Job(Instant begun, Duration takes, String status, String result) {}

  /**
   * What is told of a job.
   *
   * @param result empty unless it is done well
   */
  record State(String status, String result) {}

  private final Clock clock;
  private final Map<String, Job> jobs =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Job> eldest) {
              return size() > MOST;
            }
          });
  private final Map<String, Integer> looks = Collections.synchronizedMap(new LinkedHashMap<>());

  Jobs(Clock clock) {
    this.clock = clock;
  }

  void begin(String id, Duration takes, String status, String result) {
    jobs.put(id, new Job(clock.instant(), takes, status, result));
  }

  /** Empty when there is no such job, or it was too long ago. */
  Optional<State> look(String id) {
    Job job = jobs.get(id);
    Instant now = clock.instant();
    if (job == null || now.isAfter(job.begun().plus(job.takes()).plus(KEPT))) {
      return Optional.empty();
    }
    int look = looks.merge(id, 1, Integer::sum);
    if (look == 1) {
      return Optional.of(new State("QUEUING", ""));
    }
    if (now.isBefore(job.begun().plus(job.takes()))) {
      return Optional.of(new State("PROCESSING", ""));
    }
    looks.remove(id);
    looks.put(id, 2);
    return Optional.of(new State(job.status(), job.status().equals(DONE) ? job.result() : ""));
  }
}
