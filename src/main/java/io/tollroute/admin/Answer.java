package io.tollroute.admin;

import java.nio.charset.StandardCharsets;

/**
 * What a page step leaves for the route, which makes status and headers of it.
 *
 * @param outcome done, see_other, invalid, forbidden, not_found, refused, too_many, unavailable or
 *     failed
 * @param form what the body is: page, style, icon or csv
 * @param location where to go, after see_other; empty otherwise
 */
record Answer(String outcome, String form, byte[] body, String location) {

  static Answer page(String outcome, String html) {
    return new Answer(outcome, "page", html.getBytes(StandardCharsets.UTF_8), "");
  }

  static Answer file(String form, byte[] body) {
    return new Answer("done", form, body, "");
  }

  /** The browser is to fetch another page, so that reloading that one does nothing again. */
  static Answer seeOther(String location) {
    return new Answer("see_other", "page", new byte[0], location);
  }
}
