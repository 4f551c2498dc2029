/** Calls that the operator makes by the clock, to see whether services work. */
package io.tollroute.probe;
