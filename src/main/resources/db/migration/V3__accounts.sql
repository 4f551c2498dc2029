-- What an operator does by hand. The same statements run on SQLite and PostgreSQL.
ALTER TABLE payment ADD COLUMN reference VARCHAR(200);                   -- of the transfer that an operator saw
ALTER TABLE payment ADD COLUMN refunded_cents BIGINT NOT NULL DEFAULT 0; -- paid back
ALTER TABLE payment ADD COLUMN note VARCHAR(400);                        -- the operator's word on a refund
ALTER TABLE charge ADD COLUMN refunded_cents BIGINT NOT NULL DEFAULT 0;

-- one transfer pays one payment
CREATE UNIQUE INDEX payment_reference ON payment (reference);
