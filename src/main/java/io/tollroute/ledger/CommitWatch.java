package io.tollroute.ledger;

/** Is told of every commit of the ledger. */
@FunctionalInterface
public interface CommitWatch {

  /** A commit took so many nanoseconds, waiting for its turn included, whatever became of it. */
  void took(long nanos);
}
