package io.tollroute.ops;

/**
 * A setting that an operator may make.
 *
 * @param name the property's name
 * @param type what it may be, as in {@code settings.yaml}
 * @param usual default of {@code serve}
 * @param sandbox default of {@code sandbox}
 * @param secret whether its value is never shown
 * @param text what it means
 */
record Setting(
    String name, String type, String usual, String sandbox, boolean secret, String text) {

  /** Its default in a mode. */
  String usual(boolean inSandbox) {
    return inSandbox ? sandbox : usual;
  }

  /** Its name as an environment variable. */
  String variable() {
    return name.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
