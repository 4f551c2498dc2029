package io.tollroute.sandbox.standin;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an image URL asks the stand-in to play; the host does not matter, only the path. */
sealed interface MagicImage {

  /** {@code /sandbox/error/<Code>}: this error, with its documented status. */
  record Failure(String code) implements MagicImage {}

  /** {@code /sandbox/throttle-once/<any>}: throttled for the first call with this exact URL. */
  record ThrottleOnce(String url) implements MagicImage {}

  /** {@code /sandbox/slow/<ms>}: a good answer, late; at most two minutes. */
  record Slow(Duration delay) implements MagicImage {}

  /** {@code /sandbox/outage/<name>}: an answer Alibaba would not document. */
  record Outage(String name) implements MagicImage {}

  /** {@code /sandbox/job/<STATUS>}: a job that ends with this status. */
  record JobEnd(String status) implements MagicImage {}

  /** The longest the stand-in keeps a caller waiting. */
  Duration LONGEST = Duration.ofSeconds(120);

  Pattern PATH =
      Pattern.compile("/sandbox/(error|throttle-once|slow|outage|job)/([A-Za-z0-9._-]{1,100})");

  /** What this URL asks for, if anything. */
  static Optional<MagicImage> in(String url) {
    String path;
    try {
      path = Optional.ofNullable(new URI(url).getPath()).orElse("");
    } catch (URISyntaxException ordinaryImage) {
      return Optional.empty();
    }
    Matcher magic = PATH.matcher(path);
    if (!magic.matches()) {
      return Optional.empty();
    }
    String argument = magic.group(2);
    return switch (magic.group(1)) {
      case "error" -> Optional.of(new Failure(argument));
      case "throttle-once" -> Optional.of(new ThrottleOnce(url));
      case "job" -> Optional.of(new JobEnd(argument));
      case "outage" -> Optional.of(new Outage(argument));
      default -> delay(argument).map(Slow::new);
    };
  }

  private static Optional<Duration> delay(String milliseconds) {
    if (!milliseconds.matches("[0-9]{1,6}")) {
      return Optional.empty();
    }
    Duration asked = Duration.ofMillis(Long.parseLong(milliseconds));
    return Optional.of(asked.compareTo(LONGEST) > 0 ? LONGEST : asked);
  }
}
