/**
 * Makes service files of an OpenAPI document: each operation of an HTTP API as a service that
 * {@code direct:http-json} does the work of.
 */
package io.tollroute.openapi;
