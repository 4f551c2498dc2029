-- Work that goes on after the call that began it. The id is the hash of the name that its buyer was told. What is needed
-- to end it without him is sealed, and erased when it has ended; then its answer is kept, sealed with that name.
-- Times are seconds since the epoch, look_at milliseconds.
-- The same statements run on SQLite and PostgreSQL.
CREATE TABLE job (
  id          VARCHAR(64)  NOT NULL PRIMARY KEY,
  proof_key   VARCHAR(400) NOT NULL,
  fence       BIGINT       NOT NULL,
  service     VARCHAR(128) NOT NULL,
  payer       VARCHAR(64),
  state       VARCHAR(16)  NOT NULL,
  work        BYTEA,
  answer      BYTEA,
  word        VARCHAR(64),
  reason      VARCHAR(128),
  begun_at    BIGINT       NOT NULL,
  deadline    BIGINT       NOT NULL,
  look_at     BIGINT       NOT NULL,
  lease_until BIGINT       NOT NULL,
  looks       BIGINT       NOT NULL,
  ended_at    BIGINT
);

CREATE INDEX job_working ON job (look_at) WHERE state = 'WORKING';
CREATE INDEX job_charge ON job (proof_key, fence);
CREATE INDEX job_payer ON job (payer) WHERE state = 'WORKING';
CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;
