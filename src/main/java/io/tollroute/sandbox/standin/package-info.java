/**
 * Stand-ins for those whom a sandbox has not: Alibaba Cloud, a facilitator, the chain behind it.
 * They check what the real ones check. Never loaded by {@code serve}.
 */
package io.tollroute.sandbox.standin;
