package io.tollroute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in an unpacked distribution, with a JVM that only writes down how it was called. */
@DisplayName("The launcher of an unpacked distribution")
class LauncherIT {

  private static final String JVM =
      """
      #!/usr/bin/env bash
      archive=
      for word in "$@"; do
        case $word in
          -XX:ArchiveClassesAtExit=*) archive=${word#*=} ;;
          -XX:SharedArchiveFile=*) archived=${word##*/} ;;
        esac
      done
      words=("$@")
      for i in "${!words[@]}"; do
        case ${words[i]} in -cp | -jar) echo "${words[i]} ${words[i + 1]}" >>"$CALLS.path" ;; esac
      done
      if [[ -z $archive ]]; then
        echo "${words[-1]} with ${archived:-nothing}" >>"$CALLS"
        exit 0
      fi
      echo "learn ${TOLLROUTE_X402_PAY_TO:-nobody} $TOLLROUTE_PORT" >>"$CALLS"
      [[ ! -e $TOLLROUTE_HOME/conf && -e $TOLLROUTE_HOME/routes ]] || exit 78
      failed=$(wc -l <"$CALLS")
      ((failed > ${FAILURES:-0})) || exit 1
      echo classes >"$archive"
      """;

  @TempDir private Path folder;

  private Path home;
  private Path calls;

  @BeforeEach
  void unpack() throws IOException {
    // a blank, as some have in their paths
    home = Files.createDirectories(folder.resolve("the product"));
    calls = folder.resolve("calls");
    Files.copy(Path.of("tollroute"), home.resolve("tollroute"));
    Files.createFile(home.resolve("tollroute.jar"));
    for (String part : List.of("routes", "services", "schema", "docs", "conf")) {
      Files.createDirectory(home.resolve(part));
    }
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, JVM);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_RUNTIME_VERSION=\"99+1\"\n");
  }

  @Test
  @DisplayName("learns the classes at the first start, without the settings, and uses them then")
  void firstStart() throws Exception {
    start("serve", 0);
    start("serve", 0);

    assertThat(Files.readAllLines(calls))
        .hasSize(3)
        .satisfies(lines -> assertThat(lines.get(0)).startsWith("learn nobody "))
        .endsWith("serve with tollroute-99+1.jsa", "serve with tollroute-99+1.jsa");
    assertLeftNothing();
  }

  @Test
  @DisplayName("learns at other ports where the first are taken")
  void portsTaken() throws Exception {
    start("sandbox", 2);

    List<String> lines = Files.readAllLines(calls);
    assertThat(lines).hasSize(4).endsWith("sandbox with tollroute-99+1.jsa");
    assertThat(lines.subList(0, 3)).doesNotHaveDuplicates();
    assertLeftNothing();
  }

  @Test
  @DisplayName("starts without an archive where it cannot be made, and does not try at every start")
  void cannotLearn() throws Exception {
    start("serve", 99);
    start("serve", 99);

    assertThat(Files.readAllLines(calls).subList(3, 5))
        .containsExactly("serve with nothing", "serve with nothing");
    assertLeftNothing();
  }

  @Test
  @DisplayName("learns nothing for a command that is over at once")
  void shortCommand() throws Exception {
    start("config", 0);

    assertThat(Files.readAllLines(calls)).containsExactly("config with nothing");
  }

  @Test
  @DisplayName("gives another JVM an archive of its own")
  void anotherJvm() throws Exception {
    start("serve", 0);
    Files.writeString(folder.resolve("jdk/release"), "JAVA_RUNTIME_VERSION=\"100+7\"\n");
    start("serve", 0);

    assertThat(Files.readAllLines(calls)).endsWith("serve with tollroute-100+7.jsa");
  }

  @Test
  @DisplayName(
      "adds the jars of lib/ext behind the product, and learns and uses classes as without")
  void addedJars() throws Exception {
    Path added = Files.createDirectories(home.resolve("lib/ext"));
    Files.createFile(added.resolve("b.jar"));
    Files.createFile(added.resolve("a component.jar"));
    Files.createFile(added.resolve("notes.txt"));

    start("serve", 0);

    Path product = home.resolve("tollroute.jar").toRealPath();
    assertThat(Files.readAllLines(folder.resolve("calls.path")))
        .containsExactly(
            "-jar " + product,
            "-cp %s:%s:%s"
                .formatted(product, added.resolve("a component.jar"), added.resolve("b.jar")));
    assertThat(Files.readAllLines(calls)).endsWith("serve with tollroute-99+1.jsa");
  }

  @Test
  @DisplayName("says that Java runs nothing from a folder with a colon in its name")
  void colon() throws Exception {
    home = Files.move(home, folder.resolve("the:product"));

    assertThat(run("serve", 0)).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("output")))
        .isEqualTo(
            "tollroute: Java runs nothing from a folder with a colon in its name: %s%n"
                .formatted(home.toRealPath()));
    assertThat(calls).doesNotExist();
  }

  @Test
  @DisplayName("says that the folder it is started from is gone")
  void folderGone() throws Exception {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    Process process =
        new ProcessBuilder("bash", "-c", "rmdir \"$PWD\"; exec \"$0\" config", launcher())
            .directory(gone.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();

    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("output")))
        .endsWith(
            "tollroute: the folder that it is started from is gone; start it from another one");
  }

  private String launcher() {
    return home.resolve("tollroute").toString();
  }

  private void start(String command, int failures) throws IOException, InterruptedException {
    int code = run(command, failures);
    assertThat(code).as(Files.readString(folder.resolve("output"))).isZero();
  }

  private int run(String command, int failures) throws IOException, InterruptedException {
    ProcessBuilder launcher =
        new ProcessBuilder("bash", launcher(), command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    launcher.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    launcher.environment().put("CALLS", calls.toString());
    launcher.environment().put("FAILURES", Integer.toString(failures));
    launcher.environment().put("TOLLROUTE_X402_PAY_TO", "somebody");
    Process process = launcher.start();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  private void assertLeftNothing() throws IOException {
    try (var files = Files.list(home)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("."));
    }
  }
}
