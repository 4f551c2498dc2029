package io.tollroute.sandbox;

/** The one Alibaba account the stand-in knows. Worthless, public, and refused by {@code serve}. */
public final class SandboxAccount {

  /** Seals what the sandbox's ledger keeps: 32 bytes in base64 that everybody knows. */
  public static final String LEDGER_KEY = "c2FuZGJveCBrZXksIG5vdCBzZWNyZXQgYXQgYWxsIDE=";

  /** Its access key id. */
  public static final String ACCESS_KEY_ID = "sandbox-access-key-id";

  /** Its access key secret. */
  public static final String ACCESS_KEY_SECRET = "sandbox-access-key-secret";

  private SandboxAccount() {}
}
