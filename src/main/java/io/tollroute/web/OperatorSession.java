package io.tollroute.web;

/**
 * An operator who uses the pages.
 *
 * @param who as the log of actions names him: {@code token} for whoever has shown it, {@code
 *     proxy:} and a name for whom a trusted proxy names
 * @param formToken what his forms carry, and no other page knows
 * @param canLeave whether he came in with the token; who is named by a proxy leaves there
 */
public record OperatorSession(String who, String formToken, boolean canLeave) {}
