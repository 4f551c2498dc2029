/**
 * Tells a receiver of the operator's what becomes of charges (docs/events.md): any endpoint of
 * Camel's. What is told was written by the ledger; here it is sent.
 */
package io.tollroute.events;
