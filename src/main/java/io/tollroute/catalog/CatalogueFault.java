package io.tollroute.catalog;

import java.util.List;
import java.util.stream.Collectors;

/** A services folder that makes no catalogue; the message has one line for each problem. */
public final class CatalogueFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  private final transient List<ProviderKind> wanting;

  CatalogueFault(List<Problem> problems, List<ProviderKind> wanting) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
    this.wanting = List.copyOf(wanting);
  }

  /** Providers that lack what they need: with it the same files may be right. */
  List<ProviderKind> wanting() {
    return wanting;
  }

  /** Everything that is wrong, in the order of files and lines. */
  public List<Problem> problems() {
    return problems;
  }
}
