/** Tokens: ordering, paying and showing them, and paying a call with one. */
package io.tollroute.purchase;
