-- What receivers are to be told, written with the change that it tells and deleted when it was sent. The number orders what
-- concerns one charge; of what happened at the same time two may have the same. And who sends, until when.
-- Times are seconds since the epoch. The same statements run on SQLite and PostgreSQL.
CREATE TABLE event (
  id         VARCHAR(64) NOT NULL PRIMARY KEY,
  number     BIGINT      NOT NULL,
  written_at BIGINT      NOT NULL,
  body       TEXT        NOT NULL
);

CREATE INDEX event_number ON event (number);

CREATE TABLE event_sender (
  sender      VARCHAR(16) NOT NULL PRIMARY KEY,
  holder      VARCHAR(64) NOT NULL,
  lease_until BIGINT      NOT NULL
);

INSERT INTO event_sender (sender, holder, lease_until) VALUES ('events', '', 0);

-- where the call came in: http or mcp; an earlier version that writes beside a newer one leaves it empty
ALTER TABLE charge ADD COLUMN surface VARCHAR(8);
