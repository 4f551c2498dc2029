-- Terms that were offered, so that a payment made for them buys what they say as long as they are
-- valid, in every process and after a restart. Times are seconds since the epoch.
-- The same statements run on SQLite and PostgreSQL.
CREATE TABLE quote (
  process       VARCHAR(40)  NOT NULL, -- who offers them
  service       VARCHAR(128) NOT NULL,
  terms_hash    VARCHAR(64)  NOT NULL,
  terms         TEXT         NOT NULL,
  valid_seconds BIGINT       NOT NULL, -- after they were offered for the last time
  offered_until BIGINT       NOT NULL, -- moved on while they are offered
  closed        BIGINT       NOT NULL, -- 1 once they are not offered any more
  PRIMARY KEY (process, service, terms_hash)
);

CREATE INDEX quote_service ON quote (service);

ALTER TABLE charge ADD COLUMN pay_to VARCHAR(128); -- who receives what the proof moves
