-- What an accountant asks for: money in the order in which it came and went, and what was paid back of a payment's excess
-- apart from what was paid back of its price. An earlier version that writes beside a newer one leaves these columns empty,
-- and what it has paid back is then one sum.
-- The same statements run on SQLite and PostgreSQL. SQLite takes a partial index only for a query that repeats its
-- condition word for word.
ALTER TABLE payment ADD COLUMN excess_refunded_at BIGINT;
ALTER TABLE payment ADD COLUMN excess_refund_transaction VARCHAR(128);

CREATE INDEX charge_bought ON charge (settled_at) WHERE state = 'SETTLED' AND buys IS NOT NULL;
-- money came in, and no answer is good for it: not yet, or no more
CREATE INDEX charge_unanswered ON charge (settled_at) WHERE state <> 'SETTLED' AND settled_at IS NOT NULL;
CREATE INDEX charge_refunded ON charge (refunded_at) WHERE refunded_at IS NOT NULL;
CREATE INDEX payment_by_hand ON payment (paid_at) WHERE provider = 'manual' AND paid_at IS NOT NULL;
CREATE INDEX payment_refunded ON payment (refunded_at) WHERE refunded_at IS NOT NULL;
CREATE INDEX payment_excess_refunded ON payment (excess_refunded_at) WHERE excess_refunded_at IS NOT NULL;
