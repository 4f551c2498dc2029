package io.tollroute.ops;

/**
 * How somebody on this machine reaches whoever listens on an address, which may be all of them.
 *
 * @param text as it is connected to
 */
record ListeningHost(String text) {

  /** The host on which is listened as a setting says. */
  static ListeningHost of(String setting) {
    String plain = setting.replaceAll("[\\[\\]]", "");
    return new ListeningHost(
        plain.equals("0.0.0.0") || plain.matches("::|0:0:0:0:0:0:0:0") ? "127.0.0.1" : plain);
  }

  /** As it stands in a URL. */
  String inUrl() {
    return text.indexOf(':') < 0 ? text : "[" + text + "]";
  }
}
