package io.tollroute;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

@DisplayName("A test")
class TestRulesTest {

  private static final DescribedPredicate<JavaMethod> TESTS =
      DescribedPredicate.describe(
          "are tests",
          method ->
              method.isAnnotatedWith(Test.class)
                  || method.isAnnotatedWith(ParameterizedTest.class));

  private static JavaClasses tests;

  @BeforeAll
  static void read() {
    tests =
        new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("io.tollroute");
  }

  @Test
  @DisplayName("is in a class that says where it runs: *Test in mvn test, *IT in mvn verify")
  void places() {
    methods()
        .that(TESTS)
        .should()
        .beDeclaredInClassesThat()
        .haveNameMatching(".*(Test|IT)(\\$.*)?")
        .check(tests);
    classes()
        .that()
        .haveSimpleNameEndingWith("Test")
        .or()
        .haveSimpleNameEndingWith("IT")
        .should()
        .bePackagePrivate()
        .check(tests);
  }

  @Test
  @DisplayName("has a name in words that no list is needed for")
  void names() {
    methods()
        .that(TESTS)
        .should()
        .haveNameNotMatching("test.*|.*Test|.*[A-L][0-9]{2}.*")
        .check(tests);
    methods().that(TESTS).should(haveNoIdInTheirWords()).check(tests);
  }

  @Test
  @DisplayName("asserts something, itself or where it calls")
  void assertions() {
    methods().that(TESTS).should(reachAnAssertion()).check(tests);
  }

  @Test
  @DisplayName("measures no time: what a machine takes for it says nothing of the product")
  void time() {
    noClasses()
        .that()
        .haveNameMatching(".*(Test|IT)(\\$.*)?")
        .should()
        .callMethod(System.class, "nanoTime")
        .check(tests);
  }

  private static ArchCondition<JavaMethod> haveNoIdInTheirWords() {
    return new ArchCondition<>("have no id in their words") {
      @Override
      public void check(JavaMethod test, ConditionEvents events) {
        Stream.concat(
                test.tryGetAnnotationOfType(DisplayName.class).map(DisplayName::value).stream(),
                test
                    .tryGetAnnotationOfType(ParameterizedTest.class)
                    .map(ParameterizedTest::name)
                    .stream())
            .filter(words -> words.matches("(?s)([A-L][0-9]{2}|I[0-9])\\b.*"))
            .forEach(
                words ->
                    events.add(
                        SimpleConditionEvent.violated(
                            test, test.getFullName() + " is called " + words)));
      }
    };
  }

  private static ArchCondition<JavaMethod> reachAnAssertion() {
    return new ArchCondition<>("reach an assertion") {
      @Override
      public void check(JavaMethod test, ConditionEvents events) {
        if (!reaches(test)) {
          events.add(SimpleConditionEvent.violated(test, test.getFullName() + " asserts nothing"));
        }
      }
    };
  }

  private static boolean reaches(JavaCodeUnit from) {
    Set<String> seen = new HashSet<>();
    Deque<JavaCodeUnit> open = new ArrayDeque<>(Set.of(from));
    while (!open.isEmpty()) {
      JavaCodeUnit unit = open.pop();
      if (!seen.add(unit.getFullName())) {
        continue;
      }
      boolean found =
          unit.getAccessesFromSelf().stream()
              .anyMatch(access -> isOfAnAssertion(access.getTargetOwner()));
      if (found) {
        return true;
      }
      unit.getCallsFromSelf().stream()
          .flatMap(call -> call.getTarget().resolveMember().stream())
          .filter(JavaCodeUnit.class::isInstance)
          .map(JavaCodeUnit.class::cast)
          .filter(next -> next.getOwner().getPackageName().startsWith("io.tollroute"))
          .forEach(open::push);
      unit.getMethodReferencesFromSelf().stream()
          .flatMap(reference -> reference.getTarget().resolveMember().stream())
          .filter(next -> next.getOwner().getPackageName().startsWith("io.tollroute"))
          .forEach(open::push);
    }
    return false;
  }

  private static boolean isOfAnAssertion(JavaClass owner) {
    return owner.getPackageName().startsWith("org.assertj")
        || owner.getPackageName().startsWith("com.tngtech.archunit");
  }
}
