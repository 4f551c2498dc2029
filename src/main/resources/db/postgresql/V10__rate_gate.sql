-- The tokens left of each rate that replicas share, as bucket4j keeps them.
CREATE TABLE rate_gate (
  id    VARCHAR(300) NOT NULL PRIMARY KEY,
  state BYTEA
);
