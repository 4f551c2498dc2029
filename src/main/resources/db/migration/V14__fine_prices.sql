-- Prices finer than a cent: what a sum has beyond its cents, in millionths of the currency. What was there before
-- has nothing, and an earlier version that writes beside a newer one leaves it so.
-- The same statements run on SQLite and PostgreSQL.
ALTER TABLE charge ADD COLUMN rest BIGINT NOT NULL DEFAULT 0;
ALTER TABLE charge ADD COLUMN refunded_rest BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN rest BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN excess_rest BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN refunded_rest BIGINT NOT NULL DEFAULT 0;

-- and prices that go by the input: how much of it was paid for, and for how much each call of a token is good
ALTER TABLE charge ADD COLUMN units BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN units BIGINT; -- null for any

-- calls that are given for nothing are a payment of nothing for a day, and forgotten after it
CREATE INDEX payment_free ON payment (expires_at) WHERE provider = 'free';
