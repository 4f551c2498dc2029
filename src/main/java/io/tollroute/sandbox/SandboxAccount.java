package io.tollroute.sandbox;

/** The one Alibaba account the stand-in knows. Worthless, public, and refused by {@code serve}. */
public final class SandboxAccount {

  /** Its access key id. */
  public static final String ACCESS_KEY_ID = "sandbox-access-key-id";

  /** Its access key secret. */
  public static final String ACCESS_KEY_SECRET = "sandbox-access-key-secret";

  private SandboxAccount() {}
}
