package io.tollroute.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names for callers in the ledger, the same in all replicas, from which nobody without our key
 * learns an address, though there are few enough to try them all.
 */
public final class CallerNames {

  private static final String HASH = "HmacSHA256";
  private static final String PURPOSE = "tollroute caller\n";

  private final SecretKeySpec key;

  CallerNames(SealKeys keys) {
    this.key = new SecretKeySpec(keys.first(), HASH);
  }

  /** The name of what is told of a caller, in hexadecimal. */
  public String of(String caller) {
    try {
      Mac mac = Mac.getInstance(HASH);
      mac.init(key);
      return HexFormat.of()
          .formatHex(mac.doFinal((PURPOSE + caller).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HASH, e);
    }
  }
}
