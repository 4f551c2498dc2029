package io.tollroute.ledger;

import io.tollroute.call.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * The book of jobs: work that goes on after the call that began it. While one is worked on it holds
 * its charge, which nobody takes over before the job's deadline. Each method is one durable
 * transition; all throw {@code ledger_unavailable} when it could not be written in time.
 */
public interface Jobs {

  /**
   * How long what a job has come to is kept, in seconds: as long as Alibaba Cloud keeps what the
   * addresses in a result lead to.
   */
  long KEPT_SECONDS = 30 * 60;

  /** What became of a job. */
  enum State {
    /** It goes on, or its money is being moved. */
    WORKING,
    /** Its answer is kept, and paid. */
    DONE,
    /** It has no answer. */
    FAILED
  }

  /**
   * A job that begins.
   *
   * @param id hash of the name that its buyer is told
   * @param service id of the service
   * @param payer who pays it, where the payment method says
   * @param sealedWork what is needed to end it without its buyer
   * @param deadline when it has failed if it has not ended, in seconds since the epoch
   * @param lookAt when it is looked at first, in milliseconds since the epoch
   */
  record NewJob(
      String id,
      String service,
      Optional<String> payer,
      byte[] sealedWork,
      long deadline,
      long lookAt) {}

  /**
   * A job that was taken to be looked at.
   *
   * @param looks how often it was taken, this time included; who took it before may not write
   * @param charge its charge as it stands now, with the fence of the claim that began the job
   * @param isHeld whether that claim still has the charge
   * @param sealedAnswer the answer that is kept with the charge; empty when there is none
   * @param receipt the settlement as JSON; empty before it
   */
  record Taken(
      String id,
      String service,
      long looks,
      byte[] sealedWork,
      long deadline,
      Charge charge,
      boolean isHeld,
      byte[] sealedAnswer,
      String receipt) {}

  /**
   * A job as its buyer may know it.
   *
   * @param word the error word of one that has failed
   * @param sealedAnswer what is given for one that is done; empty otherwise
   * @param deadline in seconds since the epoch
   * @param isPaid whether its money has come in
   */
  record View(
      State state,
      Optional<String> word,
      Optional<String> reason,
      byte[] sealedAnswer,
      long deadline,
      boolean isPaid) {}

  /**
   * Writes down that the work of a charge goes on as a job.
   *
   * @throws Refusal {@code payment_in_progress} when a later claim has the charge
   */
  void begin(Charge charge, NewJob job) throws Refusal;

  /** How many jobs of a payer go on. */
  int goingOn(String payer) throws Refusal;

  /** Jobs that are to be looked at now, each for one caller, for {@code leaseSeconds}. */
  List<Taken> take(int count, long leaseSeconds) throws Refusal;

  /** Has the job looked at again, at {@code lookAt} in milliseconds since the epoch. */
  void later(Taken job, long lookAt) throws Refusal;

  /** Ends it with the answer that is given from now on. */
  void done(Taken job, byte[] sealedAnswer) throws Refusal;

  /** Ends it without one. */
  void failed(Taken job, Refusal refusal) throws Refusal;

  /** The job of this id, while it is remembered. */
  Optional<View> find(String id) throws Refusal;
}
