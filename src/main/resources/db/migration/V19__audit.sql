-- What operators do, and what came of it. Rows are added and nothing else: what was asked stands before it is done, and its
-- outcome is a row of its own, so an action that was cut off stays without one. Times are milliseconds since the epoch.
-- The same statements run on SQLite and PostgreSQL.
CREATE TABLE operator_action (
  id      VARCHAR(64)   NOT NULL PRIMARY KEY,
  at_ms   BIGINT        NOT NULL,
  who     VARCHAR(128)  NOT NULL,
  surface VARCHAR(16)   NOT NULL,
  action  VARCHAR(32)   NOT NULL,
  object  VARCHAR(400)  NOT NULL,
  detail  VARCHAR(1000) NOT NULL
);

CREATE INDEX operator_action_time ON operator_action (at_ms, id);
CREATE INDEX operator_action_object ON operator_action (object, at_ms);

CREATE TABLE operator_outcome (
  action_id VARCHAR(64)  NOT NULL PRIMARY KEY,
  at_ms     BIGINT       NOT NULL,
  outcome   VARCHAR(16)  NOT NULL,
  said      VARCHAR(500) NOT NULL
);
