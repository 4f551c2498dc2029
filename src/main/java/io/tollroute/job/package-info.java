/**
 * Work that goes on after the call that began it: one purchase, one result, whoever is there to see
 * it end.
 */
package io.tollroute.job;
