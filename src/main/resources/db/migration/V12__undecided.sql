-- A payer whose earlier payment for the same request is undecided is not to pay a second time.
-- The same statements run on SQLite and PostgreSQL.
CREATE INDEX charge_undecided ON charge (payer, fingerprint) WHERE unknown_at IS NOT NULL;
