package io.tollroute.settings;

import java.math.BigDecimal;

/**
 * A setting that an operator may make.
 *
 * @param name the property's name
 * @param type what it may be, as in {@code settings.yaml}
 * @param usual default of {@code serve}
 * @param sandbox default of {@code sandbox}
 * @param secret whether its value is never shown
 * @param bounds which numbers do no harm, where it is one
 * @param text what it means
 */
public record Setting(
    String name,
    String type,
    String usual,
    String sandbox,
    boolean secret,
    Bounds bounds,
    String text) {

  /** The smallest and the largest number that does no harm. */
  record Bounds(BigDecimal from, BigDecimal to) {

    static final BigDecimal MOST = BigDecimal.valueOf(999_999_999);

    boolean hold(BigDecimal number) {
      return number.compareTo(from) >= 0 && number.compareTo(to) <= 0;
    }

    /** Whether the table says them, and they are not the usual ones. */
    boolean areSaid() {
      return !from.equals(BigDecimal.ONE) || !to.equals(MOST);
    }

    @Override
    public String toString() {
      return "from " + from.toPlainString() + " to " + to.toPlainString();
    }
  }

  /** Whether its value is a number with bounds; a port has those of its kind. */
  public boolean isNumber() {
    return type.equals("whole") || type.equals("decimal");
  }

  /** Whether its value is an address somewhere, in which a secret may stand. */
  boolean isUrl() {
    return type.endsWith("url");
  }

  /** Its default in a mode. */
  public String usual(boolean inSandbox) {
    return inSandbox ? sandbox : usual;
  }

  /** Its name as an environment variable. */
  public String variable() {
    return name.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
