/**
 * The books, as those who use them know them: charges, tokens, quotes, recovery, and what an
 * operator may look at and decide. Each method is one durable transition.
 */
package io.tollroute.ledger;
