-- How long the buyer of a call waited for its answer, from the arrival of the request that began it to the moment at which its
-- answer was ready to be paid or given; empty where nobody waited so (taken up by a later request, settled by the clock, a job)
-- and for calls of before. And how many calls failed by our doing or the provider's, by day (since the epoch, UTC) and error
-- word: they are not charged, so their charges leave the books. An earlier version that writes beside a newer one leaves out both.
-- The same statements run on SQLite and PostgreSQL. SQLite takes a partial index only for a query that repeats its
-- condition word for word.
ALTER TABLE charge ADD COLUMN milliseconds BIGINT;

DROP INDEX charge_answered;
CREATE INDEX charge_answered ON charge (settled_at, service, milliseconds)
  WHERE state = 'SETTLED' AND buys IS NULL AND cents + rest > 0;

CREATE TABLE failed_call (
  day     BIGINT       NOT NULL,
  service VARCHAR(128) NOT NULL,
  word    VARCHAR(64)  NOT NULL,
  calls   BIGINT       NOT NULL,
  PRIMARY KEY (day, service, word)
);

-- The last call that the operator has made by the clock, to see whether a service works, and whose turn the next one is: a row
-- a service. Times are seconds since the epoch; what it ended in is an error word or 'answered'.
CREATE TABLE probe (
  service      VARCHAR(128) NOT NULL PRIMARY KEY,
  begun_at     BIGINT       NOT NULL,
  lease_until  BIGINT       NOT NULL,
  ended_at     BIGINT,
  outcome      VARCHAR(64),
  milliseconds BIGINT
);

-- the tokens that such calls are paid with
CREATE INDEX payment_probe ON payment (expires_at) WHERE provider = 'probe';
