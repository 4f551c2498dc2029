package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** A kind of provider that is nothing but a route, and perhaps a schema of its settings. */
public record RouteKind(String route, Optional<JsonNode> settingsSchema) implements ProviderKind {

  /** A route whose settings nobody checks. */
  public RouteKind(String route) {
    this(route, Optional.empty());
  }
}
