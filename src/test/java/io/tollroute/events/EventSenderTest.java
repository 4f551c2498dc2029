package io.tollroute.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.call.Refusal;
import io.tollroute.ledger.Outbox;
import io.tollroute.sandbox.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("In a turn of the timer")
class EventSenderTest {

  private final MutableClock clock = new MutableClock();
  private final Waiting outbox = new Waiting();
  private final EventSender sender = new EventSender(Optional.of(outbox), clock);

  /** Events that wait. */
  private static final class Waiting implements Outbox {

    private final List<Event> events = new ArrayList<>();
    private int taken;

    void add(int count) {
      IntStream.range(0, count).forEach(i -> events.add(new Event("e" + i, "{}")));
    }

    @Override
    public List<Event> take(int count, long leaseSeconds) {
      taken++;
      return List.copyOf(events.subList(0, Math.min(count, events.size())));
    }

    @Override
    public void sent(List<Event> sent) {
      events.removeAll(sent);
    }

    @Override
    public Backlog backlog() {
      return new Backlog(events.size(), 0);
    }

    @Override
    public long leftOut() {
      return 0;
    }
  }

  /** What the route does, with a receiver that takes so many and so long for each. */
  private void turn(int takes, Duration each) throws Refusal {
    int left = takes;
    sender.begin();
    while (sender.takesMore()) {
      for (Outbox.Event event : sender.take()) {
        if (sender.goesOn()) {
          clock.advance(each);
          if (left-- > 0) {
            sender.taken(event);
          } else {
            sender.notTaken();
          }
        }
      }
      sender.end();
    }
  }

  @Test
  @DisplayName("all that waits is sent, however many a shop has sold since the last one")
  void all() throws Exception {
    outbox.add(12 * EventSender.MOST + 7);

    turn(Integer.MAX_VALUE, Duration.ofMillis(1));

    assertThat(outbox.events).isEmpty();
    assertThat(outbox.taken).isEqualTo(13);
  }

  @Test
  @DisplayName("nothing is taken any more once one was not")
  void refused() throws Exception {
    outbox.add(5 * EventSender.MOST);

    turn(EventSender.MOST + 3, Duration.ZERO);

    assertThat(outbox.events).hasSize(4 * EventSender.MOST - 3);
    assertThat(outbox.taken).isEqualTo(2);
  }

  @Test
  @DisplayName("it ends after a while, for whoever wants to stop the process")
  void slow() throws Exception {
    outbox.add(100 * EventSender.MOST);

    turn(Integer.MAX_VALUE, Duration.ofMillis(50));

    assertThat(outbox.events).hasSize(96 * EventSender.MOST);
  }

  @Test
  @DisplayName("the outbox is asked once where nothing waits")
  void none() throws Exception {
    turn(0, Duration.ZERO);

    assertThat(outbox.taken).isEqualTo(1);
  }
}
