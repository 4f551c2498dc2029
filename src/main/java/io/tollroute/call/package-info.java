/**
 * What every step of the corridor shares: slots on the exchange and the refusal that ends a call.
 */
package io.tollroute.call;
