package io.tollroute.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Who does the work of a service.
 *
 * @param route the route that takes the validated input and returns JSON, for example {@code
 *     direct:alibaba-rpc}
 * @param settings what that route needs to know, as written in the service's file: texts, {@link
 *     Number}s with their digits, {@link Boolean}s, lists and maps; cannot be changed
 * @param bounds how long the work may take and how large its answer may be
 * @param job how the work is looked at where the route only begins it; empty where it does it
 */
public record Provider(
    String route, Map<String, Object> settings, Bounds bounds, Optional<Job> job) {

  private static final String KAMELET = "kamelet:";

  /** The time that a provider has when nobody says anything else, in seconds. */
  public static final int USUAL_SECONDS = 30;

  /** The longest time that a service may give its provider, in seconds. */
  public static final int LONGEST_SECONDS = 900;

  /** The largest answer when the service says nothing else, in bytes. */
  public static final int USUAL_ANSWER_BYTES = 1 << 20;

  /** The largest answer that a service may allow, in bytes. */
  public static final int LARGEST_ANSWER_BYTES = 8 << 20;

  /**
   * What a call of the provider may take.
   *
   * @param timeoutSeconds after which the corridor waits no longer
   * @param maxAnswerBytes the largest answer that is sold
   */
  public record Bounds(int timeoutSeconds, int maxAnswerBytes) {

    /** What a service has that says nothing. */
    public static final Bounds USUAL = new Bounds(USUAL_SECONDS, USUAL_ANSWER_BYTES);
  }

  /**
   * Work that goes on by itself.
   *
   * @param look the route that looks at it
   * @param withinSeconds after which nobody looks any more, and it has failed
   */
  public record Job(String look, int withinSeconds) {

    /** The time that a job has when nobody says anything else, in seconds. */
    public static final int USUAL_SECONDS = 900;

    /** The longest time that one look at it may take, in seconds. */
    public static final int LOOK_SECONDS = 30;
  }

  /** A provider that does its work while it is waited for. */
  public Provider(String route, Map<String, Object> settings, Bounds bounds) {
    this(route, settings, bounds, Optional.empty());
  }

  /** Who looks at the job that this one has begun, where it begins one. */
  public Optional<Provider> looking() {
    return job.map(
        begun ->
            new Provider(
                begun.look(),
                settings,
                new Bounds(
                    Math.min(bounds.timeoutSeconds(), Job.LOOK_SECONDS), bounds.maxAnswerBytes())));
  }

  /** A provider with its own copy of the settings. */
  public Provider {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** What it is called: its route without the kind of route that it is. */
  public String name() {
    return route.substring(route.indexOf(':') + 1);
  }

  /**
   * The address at which Camel calls it: its route, and for a Kamelet with the settings as
   * parameters. It may hold what is secret.
   */
  public String address() {
    if (!route.startsWith(KAMELET) || settings.isEmpty()) {
      return route;
    }
    StringJoiner parameters = new StringJoiner("&", route + "?", "");
    settings.forEach((name, value) -> parameters.add(name + "=" + raw(String.valueOf(value))));
    return parameters.toString();
  }

  /** As it is: Camel looks for the end of such a value before the next parameter. */
  private static String raw(String value) {
    return value.contains(")&") ? "RAW{" + value + "}" : "RAW(" + value + ")";
  }

  /** A provider with the usual bounds. */
  public Provider(String route, Map<String, Object> settings) {
    this(route, settings, Bounds.USUAL);
  }
}
