/**
 * The operator's side of the server: lists, books, refunds, reconciliation with the books of
 * others.
 */
package io.tollroute.operator;
