/**
 * What the operator reads: the same thing once and then by the hour, and nothing that is secret.
 */
package io.tollroute.log;
