/**
 * Circuit breakers: what keeps calls from somebody who is out of order, and its state for the
 * operator.
 */
package io.tollroute.breaker;
