package io.tollroute.ops;

import io.tollroute.settings.MaskedUrl;
import io.tollroute.settings.Setting;
import io.tollroute.settings.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether whom we serve can reach the address that we hand out, and unheard by others. */
final class PublicUrlRules {

  private static final String PUBLIC_URL = "tollroute.public-url";
  private static final String HOST = "tollroute.host";

  /** This machine, and what means any address. */
  private static final Pattern THIS_MACHINE =
      Pattern.compile(
          "localhost|.*\\.localhost|127\\.[0-9.]+|0\\.0\\.0\\.0|\\[?(::1|::|0:0:0:0:0:0:0:[01])]?"
              + "|\\[?::ffff:127\\.[0-9.]+]?");

  /** Networks and names that are not seen from the internet. */
  private static final Pattern NOT_PUBLIC =
      Pattern.compile(
          "10\\..*|192\\.168\\..*|172\\.(1[6-9]|2[0-9]|3[01])\\..*|169\\.254\\..*"
              + "|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\..*|\\[f[cde].*"
              + "|[^.\\[]+|.*\\.(local|internal|svc|lan|home|test|cluster\\.local)");

  private PublicUrlRules() {}

  /** Why nobody else could come back to the address that is handed out. */
  static Optional<String> fault(Settings settings) {
    if (!isHere(settings.text(PUBLIC_URL)) || isHere(settings)) {
      return Optional.empty();
    }
    return Optional.of(
        PUBLIC_URL
            + (settings.isDefault(PUBLIC_URL) ? ": is needed; buyers" : ": is this machine; buyers")
            + " elsewhere cannot come to "
            + MaskedUrl.of(settings.text(PUBLIC_URL))
            + ". Or serve this machine alone: "
            + HOST
            + "=127.0.0.1");
  }

  /** What does harm later and need not stop the start, each in a line. */
  static List<String> warnings(Settings settings) {
    List<String> warnings = new ArrayList<>();
    if (settings.isDefault(PUBLIC_URL)) {
      warnings.add(
          PUBLIC_URL
              + ": is not set; buyers are told "
              + settings.text(PUBLIC_URL)
              + ", which leads nowhere from elsewhere");
    }
    for (Setting setting : settings.table()) {
      String text = settings.text(setting.name());
      boolean url =
          (setting.type().equals("url") || setting.type().equals("base-url"))
              // nothing of a buyer's goes there
              && !setting.name().equals(ServeRules.ICON);
      if (url && text.toLowerCase(Locale.ROOT).startsWith("http:") && isPublic(text)) {
        warnings.add(
            setting.name()
                + ": "
                + MaskedUrl.of(text)
                + " is http; payments and tokens can be read on the way. Use https");
      }
    }
    return warnings;
  }

  /** Why buyers elsewhere cannot come to an address, in a few words; empty when they may. */
  static Optional<String> seclusion(String url) {
    if (isHere(url)) {
      return Optional.of("is this machine");
    }
    return NOT_PUBLIC.matcher(host(url)).matches()
        ? Optional.of("is not on the public internet")
        : Optional.empty();
  }

  private static boolean isHere(Settings settings) {
    String host = settings.text(HOST).toLowerCase(Locale.ROOT);
    boolean any = host.equals("0.0.0.0") || host.matches("\\[?(::|0:0:0:0:0:0:0:0)]?");
    return !any && THIS_MACHINE.matcher(host).matches();
  }

  private static boolean isHere(String url) {
    return THIS_MACHINE.matcher(host(url)).matches();
  }

  private static boolean isPublic(String url) {
    return !isHere(url) && !NOT_PUBLIC.matcher(host(url)).matches();
  }

  private static String host(String url) {
    return URI.create(url).getHost().toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
  }
}
