package io.tollroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.ledger.sql.LedgerDatabase;
import io.tollroute.seal.SealKeys;
import io.tollroute.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateFileTest {

  @TempDir private Path folder;

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void open(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  @Test
  @DisplayName(
      "Ledger, its log and new folders are their owner's alone, also when they were not before")
  void ledger() throws Exception {
    Path file = folder.resolve("new/data/ledger.db");
    try (Connection connection = new LedgerDatabase("jdbc:sqlite:" + file).open()) {
      write(connection);
      assertThat(permissions(file)).isEqualTo("rw-------");
      assertThat(permissions(file.resolveSibling("ledger.db-wal"))).isEqualTo("rw-------");
      assertThat(permissions(folder.resolve("new"))).isEqualTo("rwx------");
      assertThat(permissions(folder.resolve("new/data"))).isEqualTo("rwx------");
    }
    open(file);
    try (LogLines lines = LogLines.capture();
        Connection connection = new LedgerDatabase("jdbc:sqlite:" + file).open()) {
      write(connection);
      assertThat(permissions(file)).isEqualTo("rw-------");
      assertThat(permissions(file.resolveSibling("ledger.db-wal"))).isEqualTo("rw-------");
      assertThat(lines.lines()).anyMatch(line -> line.contains(file + " was rw-rw-rw-"));
    }
  }

  private static void write(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS mine (a TEXT)");
      statement.execute("INSERT INTO mine VALUES ('x')");
    }
  }

  @Test
  @DisplayName("The key is its owner's alone, also when it was not before, and stays the same")
  void key() throws Exception {
    Path file = folder.resolve("ledger.db.key");
    byte[] first = SealKeys.inFile(file, new SecureRandom()).first();
    assertThat(permissions(file)).isEqualTo("rw-------");
    open(file);

    assertThat(SealKeys.inFile(file, new SecureRandom()).first()).isEqualTo(first);
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(folder).isDirectoryNotContaining("glob:**.new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", " ", "\u00a0", "\ufeff"})
  @DisplayName("A key in a mounted file may end in what editors leave there")
  void lineEnds(String end) throws Exception {
    Path file = folder.resolve("ledger.db.key");
    String key = Base64.getEncoder().encodeToString(new byte[32]);
    Files.writeString(file, end + key + end);

    assertThat(SealKeys.inFile(file, new SecureRandom()).first()).isEqualTo(new byte[32]);
    assertThat(SealKeys.of(key + end + "," + key + end).all()).hasSize(2);
  }

  @Test
  @DisplayName("A file that holds no key is refused without being shown")
  void noKey() throws Exception {
    Path file = folder.resolve("ledger.db.key");
    for (byte[] content : List.of("hush".getBytes(), new byte[] {(byte) 0xff, 0}, new byte[0])) {
      Files.write(file, content);

      assertThatThrownBy(() -> SealKeys.inFile(file, new SecureRandom()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString())
          .message()
          .doesNotContain("hush");
    }
  }
}
