package io.tollroute.catalog;

import java.util.List;
import java.util.stream.Collectors;

/** A services folder that makes no catalogue; the message has one line for each problem. */
public final class CatalogueFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  CatalogueFault(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Everything that is wrong, in the order of files and lines. */
  public List<Problem> problems() {
    return problems;
  }
}
