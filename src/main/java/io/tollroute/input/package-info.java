/**
 * From the bytes of a request to an input the provider may be sent: strict JSON, the service's
 * schema, public addresses only.
 *
 * <p>No sentence made here repeats a value of the request: image addresses are the buyer's.
 */
package io.tollroute.input;
