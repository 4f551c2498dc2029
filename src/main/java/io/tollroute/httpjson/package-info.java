/**
 * The kind of provider that is a call of any HTTP API that speaks JSON: what a service says of it,
 * the request that is made of an input, and what the answer means.
 */
package io.tollroute.httpjson;
