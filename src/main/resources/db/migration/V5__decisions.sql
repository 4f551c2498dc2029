-- A charge whose outcome is not known is decided by the chain, or by an operator. The same
-- statements run on SQLite and PostgreSQL.
ALTER TABLE charge ADD COLUMN searched_block BIGINT NOT NULL DEFAULT 0; -- the chain was searched up to it, in vain
ALTER TABLE charge ADD COLUMN decided_at BIGINT;                        -- when an operator decided it
ALTER TABLE charge ADD COLUMN decided_by VARCHAR(100);                  -- who says so
ALTER TABLE charge ADD COLUMN decided_how VARCHAR(16);                  -- node or word
ALTER TABLE charge ADD COLUMN decided_reason VARCHAR(400);              -- why, in the operator's words
