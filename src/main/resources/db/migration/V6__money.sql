-- What an operator looks for: when money came, by which transaction, and when and how it went back.
-- The same statements run on SQLite and PostgreSQL.
ALTER TABLE charge ADD COLUMN refunded_at BIGINT;
ALTER TABLE charge ADD COLUMN refund_transaction VARCHAR(128); -- by which it was paid back
ALTER TABLE payment ADD COLUMN refunded_at BIGINT;
ALTER TABLE payment ADD COLUMN refund_transaction VARCHAR(128);
UPDATE charge SET refunded_at = updated_at WHERE state = 'REFUNDED';
UPDATE payment SET refunded_at = updated_at WHERE state = 'REFUNDED';

-- a receipt begins with {"success":true,"transaction":" and then has the hash
CREATE INDEX charge_transaction ON charge (LOWER(SUBSTR(receipt, 32, 66)))
  WHERE payment IS NULL AND settled_at IS NOT NULL;
CREATE INDEX payment_transaction ON payment (LOWER(SUBSTR(receipt, 32, 66))) WHERE paid_at IS NOT NULL;
CREATE INDEX charge_request ON charge (request_id);
