/**
 * How much one caller may ask for: rates by address, calls in flight by who pays. Every limit
 * refuses before any money moves, and its memory is bounded, because addresses come from attackers.
 */
package io.tollroute.limit;
