/**
 * The operator's pages on the management port: HTML that is made here and works without a script.
 */
package io.tollroute.admin;
