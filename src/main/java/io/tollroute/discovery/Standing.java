package io.tollroute.discovery;

import io.tollroute.ledger.AnsweredCalls.Answered;
import io.tollroute.ledger.Probes;
import io.tollroute.ledger.TrackRecord.Known;
import java.util.Map;
import java.util.Set;

/**
 * How the shop does at one moment.
 *
 * @param counted whether the ledger answered when it was asked last
 * @param keptBack names of the upstreams that are not called
 * @param facilitatorAway whether the facilitator has not answered for longer than it is given
 */
record Standing(
    Shelf shelf,
    Map<String, Answered> answered,
    Map<String, Long> unanswered,
    Map<String, Long> failed,
    Map<String, Probes.Last> probed,
    boolean counted,
    Set<String> keptBack,
    boolean facilitatorAway) {

  private static final String FACILITATOR = "facilitator";

  Standing {
    keptBack = Set.copyOf(keptBack);
  }

  static Standing of(Shelf shelf, Known known, Set<String> keptBack, boolean facilitatorAway) {
    return new Standing(
        shelf,
        known.answered(),
        known.unanswered(),
        known.failed(),
        known.probed(),
        known.at().isPresent(),
        keptBack,
        facilitatorAway);
  }

  /** The state of who moves the money: in_use, kept_back or away. */
  String facilitator() {
    if (facilitatorAway) {
      return "away";
    }
    return state(FACILITATOR);
  }

  /** The state of a service's provider: in_use or kept_back. */
  String provider(String service) {
    return state("service " + service);
  }

  private String state(String upstream) {
    return keptBack.contains(upstream) ? "kept_back" : "in_use";
  }

  /** Whether it is as it was; a shelf stays the same object as long as nothing of it changes. */
  boolean isAs(Standing before) {
    return shelf == before.shelf
        && counted == before.counted
        && facilitatorAway == before.facilitatorAway
        && keptBack.equals(before.keptBack)
        && answered.equals(before.answered)
        && unanswered.equals(before.unanswered)
        && failed.equals(before.failed)
        && probed.equals(before.probed);
  }
}
