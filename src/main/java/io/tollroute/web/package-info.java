/** The door: server, load, headers, and how refusals and failures of a route become an answer. */
package io.tollroute.web;
