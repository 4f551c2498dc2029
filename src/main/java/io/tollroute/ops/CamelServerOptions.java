package io.tollroute.ops;

import io.tollroute.settings.SettingsFault;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Camel's options of the HTTP servers that Camel would make. Ours are made by {@code web} and know
 * settings of their own, so an option that would have no effect is refused. So are those of Camel's
 * tracers, which would have too much of it.
 */
final class CamelServerOptions {

  private static final List<String> SERVERS = List.of("camelserver", "camelmanagement");

  /** Camel's own tracers write addresses and messages on spans. */
  private static final List<String> TRACERS =
      List.of("camelopentelemetry", "cameltelemetrydev", "camelmicrometerobservability");

  private static final Map<String, String> INSTEAD =
      Map.of(
          "camelserverhost", "tollroute.host",
          "camelserverport", "tollroute.port",
          "camelmanagementhost", "tollroute.management.host",
          "camelmanagementport", "tollroute.management.port");

  private CamelServerOptions() {}

  /**
   * Lets names of properties or environment variables pass that are none of these.
   *
   * @throws SettingsFault naming each that is, and what takes its place
   */
  static void refuse(Collection<String> names) throws SettingsFault {
    List<String> faults =
        new TreeSet<>(names)
            .stream().filter(CamelServerOptions::isOne).map(CamelServerOptions::fault).toList();
    if (!faults.isEmpty()) {
      throw new SettingsFault(faults);
    }
  }

  private static boolean isOne(String name) {
    return isAmong(SERVERS, name) || isAmong(TRACERS, name);
  }

  private static boolean isAmong(List<String> prefixes, String name) {
    return prefixes.stream().anyMatch(plain(name)::startsWith);
  }

  private static String fault(String name) {
    if (isAmong(TRACERS, name)) {
      return name
          + ": must not be set, as Camel's own tracer tells what buyers send; tollroute.traces tells"
          + " the steps of a call";
    }
    String instead = INSTEAD.get(plain(name));
    return name
        + (instead == null
            ? ": has no effect, as the server is not Camel's; leave it out (the server's own"
                + " settings begin with tollroute.http)"
            : ": is called " + instead + " here");
  }

  /** Camel reads a name in capitals, with dashes and with humps. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }
}
