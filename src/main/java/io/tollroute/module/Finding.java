package io.tollroute.module;

/**
 * What was found by looking at one thing of an installation. No secret stands in it, and nothing of
 * a URL but where it leads.
 *
 * @param check what was looked at, in a word or two; the same from one time to the next
 * @param result what it means
 * @param found what was found, in a line
 * @param todo what to do about it, in a line; empty where nothing is to be done
 */
public record Finding(String check, Result result, String found, String todo) {

  /** What a finding means. */
  public enum Result {
    /** As it should be. */
    OK,
    /** It works, and will cost something one day. */
    WARN,
    /** It has to be mended before anything can be sold, or sold rightly. */
    FAIL,
    /** Nobody could look; the finding says why. */
    SKIP
  }

  /** It is as it should be. */
  public static Finding ok(String check, String found) {
    return new Finding(check, Result.OK, found, "");
  }

  /** It works, and should not stay so. */
  public static Finding warn(String check, String found, String todo) {
    return new Finding(check, Result.WARN, found, todo);
  }

  /** It has to be mended. */
  public static Finding fail(String check, String found, String todo) {
    return new Finding(check, Result.FAIL, found, todo);
  }

  /** It was not looked at. */
  public static Finding skip(String check, String why) {
    return new Finding(check, Result.SKIP, why, "");
  }

  /** The same, where something can be done so that it is looked at. */
  public static Finding skip(String check, String why, String todo) {
    return new Finding(check, Result.SKIP, why, todo);
  }
}
