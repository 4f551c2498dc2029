package io.tollroute;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static void knowsNothingOf(String who, String... whom) {
    noClasses()
        .that()
        .resideInAPackage("io.tollroute." + who + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(whom))
        .check(product);
  }

  private static String[] packages(String... names) {
    String[] packages = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      packages[i] = "io.tollroute." + names[i] + "..";
    }
    return packages;
  }

  @Test
  @DisplayName("x402 knows nothing of Alibaba, the sandbox or the operator's side")
  void x402() {
    knowsNothingOf("x402", "alibaba", "sandbox", "ops");
  }

  @Test
  @DisplayName("A provider knows nothing of payments")
  void alibaba() {
    knowsNothingOf("alibaba", "x402", "payment", "sandbox", "ops");
  }

  @Test
  @DisplayName("The ledger knows neither a payment method nor a provider")
  void payment() {
    knowsNothingOf("payment", "x402", "alibaba", "purchase", "sandbox", "ops");
    knowsNothingOf("purchase", "x402", "alibaba", "sandbox", "ops");
  }

  @Test
  @DisplayName("Catalogue and input know nothing of payments or providers")
  void catalogueAndInput() {
    knowsNothingOf("catalog", "payment", "x402", "alibaba", "sandbox", "ops");
    knowsNothingOf("input", "payment", "x402", "alibaba", "sandbox", "ops");
  }

  @Test
  @DisplayName("The door knows nothing of what is sold and how it is paid")
  void web() {
    knowsNothingOf("web", "payment", "x402", "alibaba", "catalog", "input", "sandbox", "ops");
  }

  @Test
  @DisplayName("MCP has no idea of payment of its own, and only its endpoint knows Camel")
  void mcp() {
    knowsNothingOf("mcp", "payment", "x402", "alibaba", "input", "sandbox", "ops");
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

  @ParameterizedTest
  @ValueSource(strings = {"call", "chain", "json", "log", "outbound"})
  @DisplayName("What everybody may use uses nobody")
  void foundations(String name) {
    classes()
        .that()
        .resideInAPackage("io.tollroute." + name + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("io.tollroute." + name + "..")
                .or(not(resideInAnyPackage("io.tollroute.."))))
        .check(product);
  }

  @Test
  @DisplayName("Nobody depends on the sandbox but the operator's side and the command line")
  void sandbox() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.tollroute.sandbox..", "io.tollroute.ops..", "io.tollroute")
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
        .doNotHaveSimpleName("RecognizePayer")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.web3j..")
        .check(product);
  }

  @Test
  @DisplayName("Alibaba's SDK is used by its provider and where it is put together only")
  void aliyun() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.tollroute.alibaba..", "io.tollroute.ops..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.aliyuncs..")
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
