package io.tollroute.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kubectl exec ... -- tollroute} runs, with this machine's JDK and class path. */
@DisplayName("The command tollroute in the image")
class ImageCommandIT {

  private static final Path COMMAND = Project.ROOT.resolve("src/image/usr/local/bin/tollroute");

  @TempDir private Path folder;

  @Test
  @DisplayName("prints settings, with the variables that the container has")
  void config() throws Exception {
    assertThat(run("config", "--help")).contains("Usage: tollroute config");
    assertThat(run("--version")).isNotBlank();
  }

  @Test
  @DisplayName("passes on words with blanks, and how it ended")
  void words() throws Exception {
    Process process = start("no such command");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("no such command");
  }

  @Test
  @DisplayName("looks the installation over, with more memory than other words have")
  void doctor() throws Exception {
    Process process = start("doctor", "--sandbox");
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("are on sale", "\"healthy\"");
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    // 1 where no sandbox is open, as its facilitator does not answer then
    assertThat(process.exitValue()).isIn(0, 1);
  }

  private String run(String... words) throws Exception {
    Process process = start(words);
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  private Process start(String... words) throws Exception {
    Path classes =
        Files.writeString(
            folder.resolve("classpath"),
            '"' + System.getProperty("java.class.path").replace("\\", "\\\\") + '"');
    Path script =
        Files.writeString(
            folder.resolve("tollroute"),
            Files.readString(COMMAND)
                .replace("@/app/jib-classpath-file", "@" + classes)
                .replace("exec java ", "exec '" + System.getProperty("java.home") + "/bin/java' "));
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TOLLROUTE_HOME", Project.ROOT.toString());
    return builder.start();
  }
}
