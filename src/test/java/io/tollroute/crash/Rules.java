package io.tollroute.crash;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Byteman rules that hold a thread of the product at a point once the point is armed. A file in the
 * folder arms it, another one says that a thread is held.
 */
final class Rules {

  /** What is wrong with a ledger that is broken on purpose. */
  enum Flaw {
    /** It says that an answer is kept when it is not. */
    KEEPS_NOTHING,
    /** It does not find kept answers again. */
    LOSES_ANSWERS,
    /** It goes on with a connection whose transaction has ended by itself. */
    KEEPS_CONNECTION
  }

  private static final String LEDGER = "io.tollroute.ledger.sql.SqlLedger";

  private static final String JOBS = "io.tollroute.ledger.sql.SqlJobs";

  /** The methods of a class that write a transition inside its transaction. */
  private record Transition(String type, List<String> methods) {

    static Transition of(String... methods) {
      return new Transition(LEDGER, List.of(methods));
    }

    static Transition ofJob(String method) {
      return new Transition(JOBS, List.of(method));
    }
  }

  private static final Map<String, Transition> TRANSITIONS =
      Map.of(
          "claim", Transition.of("decide"),
          "keep", Transition.of("keep", "keepPaid"),
          "spend", Transition.of("spend"),
          "settled", Transition.of("settled"),
          "begin-job", Transition.ofJob("begin"),
          "end-job", Transition.ofJob("end"));

  private final Path folder;
  private final Database database;

  Rules(Path folder, Database database) {
    this.folder = folder;
    this.database = database;
  }

  /** Writes the rules of all points that are reached inside the product, and of all faults. */
  Path write() throws IOException {
    StringBuilder script = new StringBuilder();
    for (Point point : Point.all()) {
      if (point.stop() instanceof Point.InMethod at) {
        script.append(
            hold(
                point,
                at.type(),
                method(at.type(), at.method(), method -> Modifier.isPublic(method.getModifiers())),
                at.where(),
                "TRUE"));
      } else if (point.stop() instanceof Point.InCommit in) {
        script.append(flag(point.name(), in.transition()));
        script.append(
            hold(
                point,
                database.committer(),
                database.commitMethod(),
                in.side() + " INVOKE java.sql.Connection.commit",
                "flagged(" + inThisThread(point.name()) + ")"));
      }
    }
    for (String transition : TRANSITIONS.keySet()) {
      script.append(flag(fault(transition), transition));
      script.append(
          """
          RULE %1$s
          CLASS %2$s
          METHOD commit
          AT ENTRY
          IF flagged(%3$s)
          DO clear(%3$s);
             THROW new java.sql.SQLException("disk I/O error, by a rule of the test")
          ENDRULE
          """
              .formatted(
                  fault(transition), database.connection(), inThisThread(fault(transition))));
    }
    script.append(
        """
        RULE %1$s
        CLASS io.tollroute.ledger.sql.ChargeRow
        METHOD read
        AT ENTRY
        BIND armed : java.io.File = new java.io.File("%2$s")
        IF armed.exists()
        DO THROW new java.sql.SQLException("disk I/O error, by a rule of the test")
        ENDRULE
        """
            .formatted(fault("read"), armed(fault("read"))));
    script.append(
        """
        RULE %1$s
        CLASS io.tollroute.ledger.sql.SqlLedger
        METHOD %7$s
        AT ENTRY
        BIND armed : java.io.File = new java.io.File("%2$s")
        IF armed.exists()
        DO RETURN new io.tollroute.ledger.Charge(
            $1.key(), $1.fence(), io.tollroute.ledger.Charge$State.SETTLING)
        ENDRULE
        RULE %3$s
        CLASS io.tollroute.ledger.sql.ChargeRow
        METHOD hasAnswer
        AT ENTRY
        BIND armed : java.io.File = new java.io.File("%4$s")
        IF armed.exists()
        DO RETURN false
        ENDRULE
        RULE %5$s
        CLASS io.tollroute.ledger.sql.SoleConnection
        METHOD giveUp
        AT ENTRY
        BIND armed : java.io.File = new java.io.File("%6$s")
        IF armed.exists()
        DO RETURN
        ENDRULE
        """
            .formatted(
                Flaw.KEEPS_NOTHING,
                armed(Flaw.KEEPS_NOTHING.name()),
                Flaw.LOSES_ANSWERS,
                armed(Flaw.LOSES_ANSWERS.name()),
                Flaw.KEEPS_CONNECTION,
                armed(Flaw.KEEPS_CONNECTION.name()),
                method(LEDGER, "keep", method -> Modifier.isPublic(method.getModifiers()))));
    return Files.writeString(folder.resolve("points.btm"), script);
  }

  /** Says that the transaction of this thread, whose commit is to come, holds a transition. */
  private String flag(String name, String transition) {
    StringBuilder rules = new StringBuilder();
    Transition written = TRANSITIONS.get(transition);
    for (String method : written.methods()) {
      rules.append(
          """
          RULE %1$s begins in %2$s
          CLASS %5$s
          METHOD %2$s
          AT ENTRY
          BIND armed : java.io.File = new java.io.File("%3$s")
          IF armed.exists()
          DO flag(%4$s)
          ENDRULE
          """
              .formatted(
                  name,
                  method(written.type(), method, Rules::writes),
                  armed(name),
                  inThisThread(name),
                  written.type()));
    }
    return rules.toString();
  }

  /** Other threads commit other things meanwhile: a watch over the ledger, say. */
  private static String inThisThread(String name) {
    return "\"" + name + " \" + Thread.currentThread().getId()";
  }

  /** Whether it does its part inside a transaction, and not for a part of what is claimed. */
  private static boolean writes(Method method) {
    Class<?>[] given = method.getParameterTypes();
    return given.length > 1
        && given[0].getSimpleName().equals("Statements")
        && Arrays.stream(given).noneMatch(type -> type.getSimpleName().equals("ChargeRow"));
  }

  /** The only method of this name that is meant, as a rule names it; a rule of none is ignored. */
  private static String method(String type, String name, Predicate<Method> meant) {
    try {
      List<Method> found =
          Arrays.stream(Class.forName(type).getDeclaredMethods())
              .filter(method -> method.getName().equals(name) && !method.isSynthetic())
              .filter(meant)
              .toList();
      if (found.size() != 1) {
        throw new IllegalStateException(type + " has not one method " + name + ": " + found);
      }
      return Arrays.stream(found.get(0).getParameterTypes())
          // as Byteman has it: a class in a class by its own name, an array by its brackets
          .map(given -> given.isArray() ? given.getCanonicalName() : given.getName())
          .collect(Collectors.joining(",", name + "(", ")"));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a rule names a class that is gone: " + type, e);
    }
  }

  private String hold(Point point, String type, String method, String where, String condition) {
    return """
        RULE %1$s
        CLASS %2$s
        METHOD %3$s
        %4$s
        BIND armed : java.io.File = new java.io.File("%5$s");
             held : java.io.File = new java.io.File("%6$s")
        IF armed.exists() AND %7$s
        DO held.createNewFile(); delay(600000)
        ENDRULE
        """
        .formatted(point.name(), type, method, where, armed(point.name()), held(point), condition);
  }

  void arm(Point point) throws IOException {
    Files.deleteIfExists(held(point));
    Files.createFile(armed(point.name()));
  }

  void disarm(Point point) throws IOException {
    Files.deleteIfExists(armed(point.name()));
  }

  /** From now on this transition of the ledger (or {@code read}) fails as on a broken disk. */
  void breakDisk(String transition) throws IOException {
    Files.createFile(armed(fault(transition)));
  }

  void mendDisk(String transition) throws IOException {
    Files.deleteIfExists(armed(fault(transition)));
  }

  /** From now on the ledger is broken. */
  void breakLedger(Flaw flaw) throws IOException {
    Files.createFile(armed(flaw.name()));
  }

  private static String fault(String transition) {
    return "fault-" + transition;
  }

  boolean isHeld(Point point) {
    return Files.exists(held(point));
  }

  private Path armed(String name) {
    return folder.resolve("armed-" + name);
  }

  private Path held(Point point) {
    return folder.resolve("held-" + point.name());
  }
}
