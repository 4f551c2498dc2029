-- So that what is looked for every few seconds is found without reading the whole ledger, and a
-- settled call is in as few indexes as can be. The same statements run on SQLite and PostgreSQL.
-- SQLite takes a partial index only for a query that repeats its condition word for word.
DROP INDEX charge_keep_until;
CREATE INDEX charge_kept ON charge (keep_until) WHERE answer IS NOT NULL;

DROP INDEX charge_open;
CREATE INDEX charge_open ON charge (lease_until) WHERE state <> 'SETTLED';

CREATE INDEX charge_buying ON charge (buys) WHERE buys IS NOT NULL;
CREATE INDEX payment_pending ON payment (expires_at) WHERE state = 'PENDING';
CREATE INDEX payment_kept ON payment (keep_until) WHERE answer IS NOT NULL;
