package io.tollroute.web;

/**
 * A header of a buyer's request that passes the door for a module.
 *
 * @param name in lower case
 */
public record AcceptedHeader(String name) {}
