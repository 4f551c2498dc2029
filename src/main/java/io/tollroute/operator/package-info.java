/** The operator's side of the server: lists, refunds, reconciliation with the books of others. */
package io.tollroute.operator;
