package io.tollroute.seal;

import io.tollroute.call.Trimmed;
import io.tollroute.ledger.PrivateFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Our own share of the keys that seal what the ledger keeps, so that the database alone reveals
 * nothing, not even together with the chain.
 */
public final class SealKeys {

  private static final int BYTES = 32;

  private final List<byte[]> keys;

  private SealKeys(List<byte[]> keys) {
    this.keys = keys;
  }

  /**
   * Keys as written in the settings: each 32 bytes in base64, separated by commas. The first seals;
   * all open, so that a key can be changed while answers are kept.
   *
   * @throws IllegalArgumentException when it is not that
   */
  public static SealKeys of(String text) {
    List<byte[]> keys =
        Arrays.stream(text.split(",", -1))
            .map(key -> Base64.getDecoder().decode(Trimmed.of(key)))
            .toList();
    if (keys.stream().anyMatch(key -> key.length != BYTES)) {
      throw new IllegalArgumentException("A key has 32 bytes");
    }
    return new SealKeys(keys);
  }

  /**
   * The key in a file that only its owner may read; made when there is none.
   *
   * @throws IOException when it can be neither read nor made, or holds no key
   */
  public static SealKeys inFile(Path file, SecureRandom random) throws IOException {
    PrivateFile owned = new PrivateFile(file);
    if (Files.exists(file)) {
      owned.close();
    } else {
      // in two steps: a key that is there is whole, wherever a crash came between
      Path draft = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(draft);
      new PrivateFile(draft).make();
      byte[] key = new byte[BYTES];
      random.nextBytes(key);
      try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        out.write(StandardCharsets.US_ASCII.encode(Base64.getEncoder().encodeToString(key)));
        out.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      return of(Trimmed.of(Files.readString(file)));
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new IOException(file + " does not hold a key of 32 bytes in base64", e);
    }
  }

  public byte[] first() {
    return keys.get(0);
  }

  public List<byte[]> all() {
    return keys;
  }
}
