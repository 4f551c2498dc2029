-- How many calls of each service were answered and paid in a time: buyers are told.
-- The same statements run on SQLite and PostgreSQL. SQLite takes a partial index only for a query that repeats its
-- condition word for word.
CREATE INDEX charge_answered ON charge (settled_at, service)
  WHERE state = 'SETTLED' AND buys IS NULL AND cents + rest > 0;
