/**
 * The search of the services on sale: an index in memory, made anew with the catalogue, and what
 * answers from it.
 */
package io.tollroute.search;
