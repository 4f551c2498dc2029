package io.tollroute.release;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.testing.PomVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The archives as the build leaves them. */
@DisplayName("The distribution")
class DistributionIT {

  /** Bytes that somebody has to fetch; what is shipped may grow by a fifth before this is asked. */
  private static final long BUDGET = 75_000_000;

  /** What may be shipped with a program under Apache-2.0, unchanged and in jars of its own. */
  private static final Set<String> LICENCES =
      Set.of(
          "Apache-2.0",
          "MIT",
          "MIT-0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "CC0-1.0",
          "EDL-1.0",
          "EPL-1.0",
          "EPL-2.0",
          "CDDL-1.0",
          "CDDL-1.1",
          // by words, as they have no SPDX id in their poms
          "Bouncy Castle Licence",
          "The (New) BSD License",
          "Public Domain, per Creative Commons CC0");

  private static final String NAME = "tollroute-" + PomVersion.read();
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path FOLDER = TARGET.resolve(NAME).resolve(NAME);

  @Test
  @DisplayName("is within its budget of bytes, as .zip and as .tar.gz")
  void size() throws Exception {
    assertThat(Files.size(TARGET.resolve(NAME + ".zip"))).isLessThan(BUDGET);
    assertThat(Files.size(TARGET.resolve(NAME + ".tar.gz"))).isLessThan(BUDGET);
  }

  @Test
  @DisplayName("holds what is needed to run it, to know what it is made of, and nothing else")
  void files() throws Exception {
    try (ZipFile zip = new ZipFile(TARGET.resolve(NAME + ".zip").toFile())) {
      Set<String> top =
          zip.stream()
              .map(entry -> entry.getName().substring(NAME.length() + 1).split("/")[0])
              .filter(name -> !name.isEmpty())
              .collect(toSet());
      assertThat(top)
          .containsExactlyInAnyOrder(
              "tollroute",
              "tollroute.jar",
              "lib",
              "routes",
              "services",
              "schema",
              "conf",
              "docs",
              "README.md",
              "CHANGELOG.md",
              "SECURITY.md",
              "LICENSE",
              "NOTICE",
              "THIRD-PARTY.txt",
              "sbom.cdx.json");
    }
  }

  @Test
  @DisplayName("says nothing of the time and the place where it was built")
  void times() throws Exception {
    try (ZipFile zip = new ZipFile(TARGET.resolve(NAME + ".zip").toFile());
        ZipFile jar = new ZipFile(TARGET.resolve("tollroute.jar").toFile())) {
      assertThat(Stream.concat(zip.stream(), jar.stream()).map(ZipEntry::getTimeLocal).distinct())
          .hasSize(1);
      ZipEntry manifest = jar.getEntry("META-INF/MANIFEST.MF");
      try (InputStream text = jar.getInputStream(manifest)) {
        assertThat(new String(text.readAllBytes()))
            .doesNotContain("Built-By", "Build-Time", System.getProperty("java.version"));
      }
    }
    assertThat(Files.readString(FOLDER.resolve("sbom.cdx.json")))
        .doesNotContain("\"timestamp\"", TARGET.toString());
    assertThat(Files.readString(FOLDER.resolve("THIRD-PARTY.txt")))
        .doesNotContain(TARGET.toString());
  }

  @Test
  @DisplayName("has an SBOM of just the jars in lib/, by their SHA-256")
  void sbom() throws Exception {
    Set<String> jars = new TreeSet<>();
    try (Stream<Path> files = Files.list(FOLDER.resolve("lib"))) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        jars.add(sha256(jar));
      }
    }
    assertThat(libraries().stream().map(Library::sha256))
        .hasSizeGreaterThan(50)
        .containsExactlyInAnyOrderElementsOf(jars);
  }

  @Test
  @DisplayName("ships each library under a licence that may be shipped, and lists it for people")
  void licences() throws Exception {
    String list = Files.readString(FOLDER.resolve("THIRD-PARTY.txt"));
    assertThat(libraries())
        .allSatisfy(
            library -> {
              assertThat(library.licences()).as(library.name()).containsAnyElementsOf(LICENCES);
              assertThat(list).contains(library.name() + ":" + library.version());
            });
  }

  @Test
  @DisplayName("ships no library with a known hole that nobody has answered")
  void holes() throws Exception {
    assertThat(KnownHoles.read().open(libraries())).isEmpty();
  }

  @Test
  @DisplayName("would be refused with an old library, by the same list")
  void holes_are_found() throws Exception {
    KnownHoles known = KnownHoles.read();
    List<Library> old =
        List.of(
            new Library("org.apache.logging.log4j:log4j-core", "2.14.1", "", Set.of()),
            new Library("io.netty:netty-codec-http", "4.1.99.Final", "", Set.of()),
            new Library("org.apache.httpcomponents.client5:httpclient5", "5.3.1", "", Set.of()));
    assertThat(known.open(old))
        .contains(
            "CVE-2021-44228 in org.apache.logging.log4j:log4j-core 2.14.1",
            "CVE-2024-29025 in io.netty:netty-codec-http 4.1.99.Final")
        .noneMatch(hole -> hole.contains("httpclient5"));
    assertThat(known.date()).isAfter(LocalDate.parse("2026-11-01"));
    assertThat(known.holes())
        .allSatisfy(
            hole -> {
              assertThat(hole.id()).matches("(CVE-\\d{4}-\\d{4,6}|GHSA-[-a-z0-9]+)");
              assertThat(hole.library()).matches("[^:]+:[^:]+");
              assertThat(hole.below()).isNotBlank();
            });
  }

  @Test
  @DisplayName("has an answer for no hole that is gone")
  void answers() throws Exception {
    List<Library> shipped = libraries();
    Set<String> stale = new HashSet<>();
    for (KnownHoles.Hole hole : KnownHoles.read().holes()) {
      if (!hole.answer().isBlank() && shipped.stream().noneMatch(hole::isIn)) {
        stale.add(hole.id());
      }
    }
    assertThat(stale).isEmpty();
  }

  private static List<Library> libraries() throws IOException {
    return Library.of(FOLDER.resolve("sbom.cdx.json"));
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
