-- What a facilitator has said last of listing a service in its marketplace. The same statements run on SQLite and PostgreSQL.
CREATE TABLE listing (
    service VARCHAR(80) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    status VARCHAR(64) NOT NULL,
    reason VARCHAR(200),
    told_at BIGINT NOT NULL,
    PRIMARY KEY (service, kind)
);
