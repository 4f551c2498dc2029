package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Secrets in the properties file")
class SecretsInFileTest {

  @TempDir private Path home;

  @Test
  @DisplayName("are warned of by name when others can read the file, and only then")
  void open() throws Exception {
    String secret = "tollroute.management.token = not-for-everybody";

    assertThat(warning(secret, "rw-r--r--", Map.of()))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith(home.resolve("conf/application.properties") + ": ")
                    .contains("tollroute.management.token")
                    .doesNotContain("not-for-everybody"));
    assertThat(warning(secret, "rw-r-----", Map.of())).isPresent();
    assertThat(warning(secret, "rw-------", Map.of())).isEmpty();
    assertThat(warning("tollroute.seller = Somebody", "rw-r--r--", Map.of())).isEmpty();
    assertThat(
            warning(
                "tollroute.seller = Somebody",
                "rw-r--r--",
                Map.of("TOLLROUTE_MANAGEMENT_TOKEN", "not-for-everybody")))
        .isEmpty();
  }

  private Optional<String> warning(String line, String open, Map<String, String> environment)
      throws Exception {
    Path file = Files.createDirectories(home.resolve("conf")).resolve("application.properties");
    Files.writeString(file, line);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
    return SecretsInFile.warning(
        StartSettings.of(
            Application.Mode.SERVE,
            home,
            environment,
            new Properties(),
            StartSettings.propertiesFile(home)),
        file);
  }
}
