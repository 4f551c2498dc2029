package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A kind of provider: what a service must say that names its route, and what must be there before
 * such a service is sold. A kind in a jar of the operator's is found by Java's service loader.
 * Several threads may ask at once, as files are read side by side.
 */
public interface ProviderKind {

  /** The address that services name as {@code provider.route}, for example {@code direct:mine}. */
  String route();

  /**
   * JSON Schema (2020-12) of {@code provider.settings}, type object; without one a service may say
   * there what it likes.
   */
  default Optional<JsonNode> settingsSchema() {
    return Optional.empty();
  }

  /**
   * What it lacks to do any work, such as credentials, in one line that says where they are looked
   * for and quotes no secret. Asked only while a service names its route: before that is sold, and
   * by every readiness probe; so it must answer at once.
   */
  default Optional<String> lacking() {
    return Optional.empty();
  }

  /**
   * Why it cannot be called as a service tells it to, in one line that quotes no secret: a host
   * that is not allowed, a secret that is not there; empty when nothing is known against it. The
   * schema has accepted the settings.
   */
  default Optional<String> objection(Provider provider) {
    return Optional.empty();
  }

  /**
   * JSON Schema of what buyers get of it as {@code data}, when its work itself leaves what {@code
   * result} is the schema of.
   */
  default JsonNode data(Provider provider, JsonNode result) {
    return result;
  }

  /** The same for an example. */
  default JsonNode dataExample(Provider provider, JsonNode result) {
    return result;
  }

  /**
   * How its work is looked at, where what a service tells it makes it begin a job; empty where it
   * does its work while it is waited for.
   */
  default Optional<Provider.Job> job(Provider provider) {
    return Optional.empty();
  }

  /** How long its work may take where a service does not say, in seconds. */
  default int usualSeconds() {
    return Provider.USUAL_SECONDS;
  }

  /**
   * Whether its route ends by itself at the deadline that it finds in the variable {@code
   * deadline}. It is called on the thread of the call then, which is faster, and nobody watches.
   */
  default boolean endsByItself() {
    return false;
  }
}
