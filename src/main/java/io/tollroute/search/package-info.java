/** The search of the services on sale: an index in memory, made anew with the catalogue. */
package io.tollroute.search;
