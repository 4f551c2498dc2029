-- The same request with the same token is looked for before each use.
-- The same statements run on SQLite and PostgreSQL.
DROP INDEX charge_payment;
CREATE INDEX charge_payment ON charge (payment, fingerprint) WHERE payment IS NOT NULL;
