/** The books in a relational database: the same statements on SQLite and PostgreSQL. */
package io.tollroute.ledger.sql;
