-- What was bought with POST /api/payments. Times are seconds since the epoch.
-- The same statements run on SQLite and PostgreSQL.
CREATE TABLE payment (
  id              VARCHAR(64)  NOT NULL PRIMARY KEY,
  token_hash      VARCHAR(64)  NOT NULL UNIQUE,
  service         VARCHAR(128) NOT NULL,
  cents           BIGINT       NOT NULL, -- price of one call, locked at creation
  currency        VARCHAR(3)   NOT NULL,
  calls           BIGINT       NOT NULL,
  used            BIGINT       NOT NULL, -- spent or reserved by a call in flight
  serial          BIGINT       NOT NULL, -- numbers the uses; never goes back
  state           VARCHAR(16)  NOT NULL, -- PENDING, PAID, REFUND_DUE, REFUNDED
  provider        VARCHAR(64)  NOT NULL,
  payer           VARCHAR(128),          -- who paid, or who alone may pay
  receipt         TEXT,
  excess_cents    BIGINT       NOT NULL, -- paid beyond the price and owed back
  credit_of       VARCHAR(400) UNIQUE,   -- the charge that this payment makes good
  idempotency_key VARCHAR(64)  UNIQUE,   -- hash of the buyer's Idempotency-Key
  fingerprint     VARCHAR(64),           -- hash of the request it came with
  answer          BYTEA,                 -- sealed with the buyer's Idempotency-Key
  keep_until      BIGINT       NOT NULL,
  created_at      BIGINT       NOT NULL,
  expires_at      BIGINT       NOT NULL,
  paid_at         BIGINT,
  updated_at      BIGINT       NOT NULL,
  CHECK (used >= 0 AND used <= calls)
);

CREATE INDEX payment_created_at ON payment (created_at);

ALTER TABLE charge ADD COLUMN method VARCHAR(32) NOT NULL DEFAULT 'x402';
ALTER TABLE charge ADD COLUMN cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE charge ADD COLUMN currency VARCHAR(3) NOT NULL DEFAULT 'USD';
ALTER TABLE charge ADD COLUMN amount VARCHAR(80);       -- what the proof moves, in the asset's atomic units
ALTER TABLE charge ADD COLUMN payer VARCHAR(128);
ALTER TABLE charge ADD COLUMN payment VARCHAR(64);      -- the payment whose token was used
ALTER TABLE charge ADD COLUMN buys VARCHAR(64);         -- the payment that this charge pays
ALTER TABLE charge ADD COLUMN settlement BYTEA;         -- what is sent to settle, sealed; erased when decided
ALTER TABLE charge ADD COLUMN upstream_id VARCHAR(128); -- the provider's id of the call
ALTER TABLE charge ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE charge ADD COLUMN retry_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE charge ADD COLUMN unknown_at BIGINT;        -- since when the outcome is not known
ALTER TABLE charge ADD COLUMN settled_at BIGINT;
ALTER TABLE charge ADD COLUMN note VARCHAR(400);        -- the operator's word on a refund

-- at most one charge may be paying for a payment, or have paid for it
CREATE UNIQUE INDEX charge_buys ON charge (buys) 
  WHERE buys IS NOT NULL AND state NOT IN ('RELEASED', 'ANSWERED');
CREATE INDEX charge_payment ON charge (payment) WHERE payment IS NOT NULL;
-- what the reconciler looks for
CREATE INDEX charge_open ON charge (lease_until) WHERE state IN ('CLAIMED', 'SETTLING', 'UNKNOWN', 'PAID');
CREATE INDEX charge_created_at ON charge (created_at);
