package io.tollroute;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Who may know whom. A rule that is in the way is a reason to think, not to delete it. */
@AnalyzeClasses(packages = "io.tollroute", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packages_form_no_circle =
      slices().matching("io.tollroute.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule what_everybody_shares_knows_nobody =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.tollroute.call..", "io.tollroute.json..", "io.tollroute.outbound..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tollroute.catalog..",
              "io.tollroute.input..",
              "io.tollroute.payment..",
              "io.tollroute.x402..",
              "io.tollroute.alibaba..",
              "io.tollroute.web..",
              "io.tollroute.ops..",
              "io.tollroute.sandbox..");

  @ArchTest
  static final ArchRule x402_knows_nothing_of_alibaba =
      noClasses()
          .that()
          .resideInAPackage("io.tollroute.x402..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.tollroute.alibaba..", "com.aliyuncs..", "io.tollroute.ops..");

  @ArchTest
  static final ArchRule alibaba_knows_nothing_of_money =
      noClasses()
          .that()
          .resideInAPackage("io.tollroute.alibaba..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tollroute.x402..", "io.tollroute.payment..", "io.tollroute.ops..");

  @ArchTest
  static final ArchRule the_ledger_knows_no_payment_method =
      noClasses()
          .that()
          .resideInAPackage("io.tollroute.payment..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tollroute.x402..", "io.tollroute.alibaba..", "io.tollroute.ops..");

  @ArchTest
  static final ArchRule catalogue_and_input_know_nothing_of_money =
      noClasses()
          .that()
          .resideInAnyPackage("io.tollroute.catalog..", "io.tollroute.input..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tollroute.payment..", "io.tollroute.x402..", "io.tollroute.alibaba..");

  @ArchTest
  static final ArchRule only_the_command_line_knows_the_sandbox =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.tollroute", "io.tollroute.ops..", "io.tollroute.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.tollroute.sandbox..");

  @ArchTest
  static final ArchRule chain_code_stays_in_the_sandbox =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tollroute.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.web3j..");

  @ArchTest
  static final ArchRule the_database_stays_with_the_ledger =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.tollroute.payment..", "io.tollroute.ops..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.sqlite..", "org.flywaydb..");

  @ArchTest
  static final ArchRule nothing_is_made_to_be_inherited =
      classes()
          .that()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .areNotAnonymousClasses()
          .should(beFinal());

  @ArchTest
  static final ArchRule there_is_no_static_state = fields().that().areStatic().should().beFinal();

  @ArchTest
  static final ArchRule names_say_what_a_class_is =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Helper");

  @ArchTest
  static final ArchRule output_goes_where_it_is_told = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest static final ArchRule there_is_one_log = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  private static ArchCondition<JavaClass> beFinal() {
    return new ArchCondition<>("be final") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean isFinal = type.getModifiers().contains(JavaModifier.FINAL);
        events.add(
            new SimpleConditionEvent(type, isFinal, type.getName() + " can be inherited from"));
      }
    };
  }
}
