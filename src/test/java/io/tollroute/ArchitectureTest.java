package io.tollroute;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom. The rooms of docs/architecture.md, as rules. */
class ArchitectureTest {

  private static JavaClasses product;

  @BeforeAll
  static void read() {
    product =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tollroute");
  }

  /**
   * The rooms from the top; those of a line do not know each other. docs/architecture.md draws the
   * same.
   */
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("cli"),
          List.of("ops"),
          List.of("admin"),
          List.of("operator"),
          List.of("allowance"),
          List.of(
              "mcp",
              "purchase",
              "limit",
              "metrics",
              "traces",
              "x402",
              "discovery",
              "job",
              "events",
              "probe"),
          List.of("corridor"),
          List.of("alibaba", "httpjson", "openapi", "provider"),
          List.of("seal", "breaker", "search", "sandbox.standin"),
          List.of("ledger.sql", "input", "web"),
          List.of("ledger"),
          List.of("catalog", "answer"),
          List.of("module"),
          List.of("settings"),
          List.of("chain", "outbound", "sandbox.buyer"),
          List.of("sandbox", "log", "json"),
          List.of("call"));

  static Stream<String> rooms() {
    return FLOORS.stream().flatMap(List::stream);
  }

  /** The classes of a room, without those of a room whose name goes on. */
  private static DescribedPredicate<JavaClass> in(Collection<String> rooms) {
    return DescribedPredicate.describe(
        "live in " + String.join(", ", rooms), type -> rooms.contains(room(type)));
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith("io.tollroute.") ? name.substring("io.tollroute.".length()) : "";
  }

  @ParameterizedTest
  @MethodSource("rooms")
  @DisplayName("A room uses only what stands on the floors below it")
  void floors(String room) {
    List<String> below = new ArrayList<>();
    FLOORS.stream()
        .dropWhile(floor -> !floor.contains(room))
        .skip(1)
        .forEach(floor -> below.addAll(floor));
    below.add(room);
    classes()
        .that(in(List.of(room)))
        .should()
        .onlyDependOnClassesThat(in(below).or(not(resideInAnyPackage("io.tollroute.."))))
        .check(product);
  }

  @Test
  @DisplayName("Every room has its floor")
  void everyRoom() {
    assertThat(product.stream().map(ArchitectureTest::room).filter(room -> !room.isEmpty()))
        .containsOnlyElementsOf(rooms().toList());
  }

  private static void knowsNothingOf(String who, String... whom) {
    noClasses()
        .that(in(List.of(who)))
        .should()
        .dependOnClassesThat(in(List.of(whom)))
        .check(product);
  }

  @Test
  @DisplayName("x402 knows nothing of a provider, and the ledger nothing of a payment method")
  void strangers() {
    knowsNothingOf("x402", "alibaba", "provider", "sandbox");
    knowsNothingOf("seal", "input", "web");
    knowsNothingOf("alibaba", "breaker", "seal", "ledger", "ledger.sql");
    knowsNothingOf("provider", "alibaba", "ledger", "ledger.sql", "seal", "web");
  }

  @Test
  @DisplayName("Only those who put the shop together know in what databases the books are kept")
  void databases() {
    noClasses()
        .that(not(in(List.of("ops", "ledger.sql"))))
        .and()
        .haveSimpleNameNotEndingWith("Module")
        .should()
        .dependOnClassesThat(in(List.of("ledger.sql")))
        .check(product);
  }

  @Test
  @DisplayName("MCP has no idea of payment of its own, and only its endpoint knows Camel")
  void mcp() {
    knowsNothingOf(
        "mcp", "corridor", "ledger", "ledger.sql", "seal", "provider", "alibaba", "input");
    noClasses()
        .that()
        .resideInAPackage("io.tollroute.mcp..")
        .and()
        .haveSimpleNameNotStartingWith("Camel")
        .and()
        .doNotHaveSimpleName("McpEndpoint")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.camel..", "io.vertx..")
        .check(product);
  }

  @Test
  @DisplayName("The MCP SDK is used behind one interface only")
  void mcpSdk() {
    noClasses()
        .that()
        .haveNameNotMatching("io\\.tollroute\\.mcp\\.SdkCore(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.modelcontextprotocol..", "reactor..")
        .check(product);
  }

  @Test
  @DisplayName("Nobody depends on the sandbox but the operator's side and the command line")
  void sandbox() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.tollroute.sandbox..", "io.tollroute.ops..", "io.tollroute.cli..", "io.tollroute")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.tollroute.sandbox..")
        .check(product);
  }

  @Test
  @DisplayName(
      "The library that knows signatures is used by the sandbox and to check a wallet only")
  void web3j() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.tollroute.sandbox..")
        .and()
        .doNotHaveSimpleName("WalletSignature")
        .and()
        .doNotHaveSimpleName("PayerSignature")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.web3j..")
        .check(product);
  }

  @Test
  @DisplayName("Alibaba's SDK is used by its provider and its stand-in only")
  void aliyun() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.tollroute.alibaba..", "io.tollroute.sandbox.standin..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.aliyuncs..")
        .check(product);
  }

  @Test
  @DisplayName("The library that searches is used in the room of the search only")
  void lucene() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.tollroute.search")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.lucene..")
        .check(product);
  }

  @Test
  @DisplayName("Packages have no cycles")
  void cycles() {
    slices().matching("io.tollroute.(*)..").should().beFreeOfCycles().check(product);
  }

  @Test
  @DisplayName("Public classes are final: what may be extended are interfaces and routes")
  void closed() {
    classes()
        .that()
        .arePublic()
        .and(not(INTERFACES))
        .and()
        .areNotEnums()
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(product);
  }

  @Test
  @DisplayName("No state is static")
  void statics() {
    fields().that().areStatic().should().beFinal().check(product);
    fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat(not(DescribedPredicate.describe("enums", JavaClass::isEnum)))
        .and()
        .doNotHaveModifier(JavaModifier.SYNTHETIC)
        .should()
        .notHaveRawType(
            DescribedPredicate.<JavaClass>describe(
                "that can be changed",
                type ->
                    type.isArray()
                        || type.getPackageName().equals("java.util.concurrent.atomic")
                        || isMutableCollection(type)))
        .check(product);
  }

  private static boolean isMutableCollection(JavaClass type) {
    boolean collection = type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    return collection && !type.isInterface();
  }

  @Test
  @DisplayName("Nothing is printed but by commands, on the writers that they were given")
  void streams() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(product);
    GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(product);
  }

  @Test
  @DisplayName("Time comes from the clock that was given")
  void clock() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(product);
    noClasses()
        .that()
        .resideOutsideOfPackages("io.tollroute", "io.tollroute.ops")
        .should()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .check(product);
  }

  @Test
  @DisplayName("Randomness that protects something is never the predictable kind")
  void randomness() {
    noClasses()
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are predictable",
                type ->
                    type.isEquivalentTo(Random.class)
                        || type.getName().equals("java.util.concurrent.ThreadLocalRandom")))
        .orShould()
        .callMethod(Math.class, "random")
        .check(product);
  }

  @Test
  @DisplayName("Names say what a thing is")
  void names() {
    String vague = ".*([Uu]til|[Mm]anager|[Hh]elper).*";
    noClasses().should().haveNameMatching("io\\.tollroute\\." + vague).check(product);
    members()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("io.tollroute..")
        .should()
        .haveNameNotMatching(vague)
        .check(product);
  }
}
