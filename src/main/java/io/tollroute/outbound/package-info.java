/**
 * Bounds of every call that goes out, and of the connections that are kept for it. Knows nobody.
 */
package io.tollroute.outbound;
