/**
 * How programs and people find what is sold: documents made of the catalogue and of what a 402
 * says, free, as ready bytes, and what a search answers with. Their texts and addresses stand in
 * the resources of this name.
 */
package io.tollroute.discovery;
