package io.tollroute.module;

/**
 * The id of a route that may have taken the place of another one. Camel knows both for as long as
 * calls are in flight in the one before, so they have ids of their own: {@code name}, {@code
 * name~2} and so on.
 *
 * @param name the id that stands in the route file
 * @param turn from 1
 */
public record RouteTurn(String name, int turn) {

  private static final char MARK = '~';

  /** What an id is made of. */
  public static RouteTurn of(String id) {
    int mark = id.lastIndexOf(MARK);
    return mark > 0 && id.substring(mark + 1).matches("[1-9][0-9]{0,6}")
        ? new RouteTurn(id.substring(0, mark), Integer.parseInt(id.substring(mark + 1)))
        : new RouteTurn(id, 1);
  }

  /** The id by which Camel knows it. */
  public String id() {
    return turn == 1 ? name : name + MARK + turn;
  }

  /** The one after. */
  public RouteTurn next() {
    return new RouteTurn(name, turn + 1);
  }
}
