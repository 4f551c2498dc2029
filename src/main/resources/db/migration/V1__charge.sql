-- One paid call. Times are seconds since the epoch.
-- The same statements run on SQLite and PostgreSQL.
CREATE TABLE charge (
  proof_key   VARCHAR(400) NOT NULL PRIMARY KEY,
  identifier  VARCHAR(300) UNIQUE,
  service     VARCHAR(128) NOT NULL,
  fingerprint VARCHAR(64)  NOT NULL,
  request_id  VARCHAR(64)  NOT NULL,
  state       VARCHAR(16)  NOT NULL,
  fence       BIGINT       NOT NULL,
  lease_until BIGINT       NOT NULL,
  keep_until  BIGINT       NOT NULL,
  answer      BYTEA,
  receipt     TEXT,
  created_at  BIGINT       NOT NULL,
  updated_at  BIGINT       NOT NULL
);

CREATE INDEX charge_keep_until ON charge (keep_until);
