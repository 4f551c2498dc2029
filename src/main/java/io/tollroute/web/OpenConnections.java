package io.tollroute.web;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The connections of one port, bounded in all and by address. Where there is no room, whoever comes
 * takes the place of the one that has had its place for nothing the longest, of his own address
 * first: so an honest caller gets in beside a hostile neighbour. One for whom something is worked
 * on keeps his place.
 */
final class OpenConnections {

  private static final Comparator<Guest> FIRST_TO_LEAVE =
      Comparator.comparing(Guest::rank).thenComparing(Guest::since);

  private final ConnectionRules rules;
  private final TrustedProxies proxies;
  private final HeldBytes budget;
  private final Function<String, byte[]> refusals;
  private final Map<Object, Set<Guest>> byAddress = new HashMap<>();
  private int open;

  /**
   * No connections yet.
   *
   * @param proxies whose connections are many people's, and are not counted by address
   * @param budget what all of them may hold
   * @param refusals the whole answer that says an error word, for a request that nobody has read
   */
  OpenConnections(
      ConnectionRules rules,
      TrustedProxies proxies,
      HeldBytes budget,
      Function<String, byte[]> refusals) {
    this.rules = rules;
    this.proxies = proxies;
    this.budget = budget;
    this.refusals = refusals;
    budget.watch(this);
  }

  /** Looks again and again, as long as {@code vertx} is there. */
  void watch(Vertx vertx) {
    vertx.setPeriodic(rules.lookMillis(), timer -> look());
  }

  /** Takes a connection in that has just been opened, or closes it where there is no room. */
  void opened(Channel channel) {
    InetAddress address =
        channel.remoteAddress() instanceof InetSocketAddress socket
            ? socket.getAddress()
            : InetAddress.getLoopbackAddress();
    admit(channel, address).ifPresentOrElse(Guest::enter, channel::close);
  }

  /** IPv6 counts by /64, since whoever has one address there has 2^64. */
  private static Object keyOf(InetAddress address) {
    return address instanceof Inet6Address six
        ? Long.valueOf(ByteBuffer.wrap(six.getAddress()).getLong())
        : address;
  }

  private synchronized Optional<Guest> admit(Channel channel, InetAddress address) {
    Object key = keyOf(address);
    Set<Guest> same = byAddress.getOrDefault(key, Set.of());
    Neighbours neighbours =
        same.stream()
            .findAny()
            .map(Guest::neighbours)
            .orElseGet(
                () ->
                    new Neighbours(
                        key, proxies.isOne(address) ? Integer.MAX_VALUE : rules.maxPerAddress()));
    boolean room =
        (same.size() < neighbours.most() || leaves(same))
            && (open < rules.maxConnections() || leaves(most()) || leaves(all()));
    if (!room) {
      return Optional.empty();
    }
    Guest guest = new Guest(channel, neighbours, this, rules, budget);
    add(guest);
    return Optional.of(guest);
  }

  private boolean leaves(Collection<Guest> guests) {
    Optional<Guest> first =
        guests.stream().min(FIRST_TO_LEAVE).filter(guest -> guest.rank() != Guest.Rank.KEPT);
    first.ifPresent(Guest::leave);
    return first.isPresent();
  }

  /** Those of the address with most of them; where none has two, nobody is to be told apart. */
  private Collection<Guest> most() {
    return byAddress.values().stream()
        .filter(same -> same.size() > 1)
        .max(Comparator.comparing(Set::size))
        .orElse(Set.of());
  }

  private List<Guest> all() {
    return byAddress.values().stream().flatMap(Set::stream).toList();
  }

  private void add(Guest guest) {
    if (byAddress
        .computeIfAbsent(guest.neighbours().address(), first -> new HashSet<>())
        .add(guest)) {
      open++;
    }
  }

  private void remove(Guest guest) {
    Set<Guest> same = byAddress.getOrDefault(guest.neighbours().address(), Set.of());
    if (same.contains(guest)) {
      same.remove(guest);
      open--;
      if (same.isEmpty()) {
        byAddress.remove(guest.neighbours().address());
      }
    }
  }

  /** One that was to leave has got something to do in the last moment. */
  synchronized void stays(Guest guest) {
    add(guest);
  }

  /** A connection is closed, or will be. */
  synchronized void gone(Guest guest) {
    remove(guest);
  }

  /** All of them at this moment. */
  synchronized Stream<Guest> guests() {
    return all().stream();
  }

  /** The answer that says an error word and that the connection is closed. */
  byte[] refusal(String word) {
    return refusals.apply(word);
  }

  /** Those who had to stay make more of them than there may be; one after the other can leave. */
  private synchronized void trim() {
    for (Set<Guest> same : List.copyOf(byAddress.values())) {
      while (!same.isEmpty()
          && same.size() > same.iterator().next().neighbours().most()
          && leaves(same)) {
        // the worst has left
      }
    }
    while (open > rules.maxConnections() && (leaves(most()) || leaves(all()))) {
      // so has another
    }
  }

  /** Closes whose time is over, and has what was sent ahead go on. */
  void look() {
    trim();
    long now = System.nanoTime();
    // whoever has had no turn yet has it before those who have
    Map<Boolean, List<Guest>> served = guests().collect(Collectors.partitioningBy(Guest::isServed));
    served.get(false).forEach(guest -> guest.look(now));
    served.get(true).forEach(guest -> guest.look(now));
    budget.relieve();
  }
}
