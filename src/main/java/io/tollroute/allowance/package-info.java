/** Calls that a caller has for nothing: so many a day, counted in the ledger. */
package io.tollroute.allowance;
