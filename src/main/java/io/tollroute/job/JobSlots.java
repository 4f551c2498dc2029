package io.tollroute.job;

import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import io.tollroute.ledger.Jobs;

/** The slots that the steps of a job use among themselves. */
final class JobSlots {

  /** Seconds for which the buyer would wait for the answer. */
  static final Slot<Integer> PATIENCE = new Slot<>("patience", Integer.class);

  /** The job that the buyer asks for. */
  static final Slot<JobName> NAME = new Slot<>("jobName", JobName.class);

  /** How it stands. */
  static final Slot<Jobs.View> VIEW = new Slot<>("jobView", Jobs.View.class);

  /** The same as a word: {@code working}, {@code done} or {@code failed}. */
  static final Slot<String> STATE = new Slot<>("jobState", String.class);

  /** Until when the buyer waits, in milliseconds of the clock. */
  static final Slot<Long> WAITS_UNTIL = new Slot<>("jobWaitsUntil", Long.class);

  /** Whether the buyer still waits for it. */
  static final Slot<Boolean> WAITS = new Slot<>("jobWaits", Boolean.class);

  /** The job that is looked at. */
  static final Slot<Jobs.Taken> TAKEN = new Slot<>("jobTaken", Jobs.Taken.class);

  /** What it knows of its call. */
  static final Slot<JobWork> WORK = new Slot<>("jobWork", JobWork.class);

  /**
   * What is to be done with it next: {@code look}, {@code keep} what it has brought, {@code give}
   * what is paid, {@code wait}, or {@code fail}.
   */
  static final Slot<String> STEP = new Slot<>("jobStep", String.class);

  /** Why it has failed. */
  static final Slot<Refusal> FAILURE = new Slot<>("jobFailure", Refusal.class);

  private JobSlots() {}
}
