package io.tollroute.module;

import java.util.List;

/**
 * Looks at one thing that can be wrong with an installation, in bounded time. It starts nothing,
 * changes nothing that is kept, and works beside a shop that is open.
 */
@FunctionalInterface
public interface Check {

  /** What there is to say, a line each; nothing where the installation has no such thing. */
  List<Finding> look();
}
