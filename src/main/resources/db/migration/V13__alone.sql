-- Whose only call that is not settled this is, while its lease lasts: a payer who has not paid yet. And who has paid.
-- The same statements run on SQLite and PostgreSQL.
ALTER TABLE charge ADD COLUMN alone VARCHAR(64);
CREATE UNIQUE INDEX charge_alone ON charge (alone) WHERE alone IS NOT NULL;
CREATE INDEX charge_payer ON charge (payer, settled_at) WHERE settled_at IS NOT NULL;
