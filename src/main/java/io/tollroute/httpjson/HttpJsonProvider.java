package io.tollroute.httpjson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.ProviderKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The kind of provider that is a call of an HTTP API that speaks JSON: {@code direct:http-json}.
 */
public final class HttpJsonProvider implements ProviderKind {

  /** Its address. */
  public static final String ROUTE = "direct:http-json";

  private static final String SCHEMA = "/schema/provider/http-json.schema.json";

  private final JsonNode schema;
  private final Predicate<String> isSet;
  private final Function<URI, Optional<String>> hosts;

  private HttpJsonProvider(Predicate<String> isSet, Function<URI, Optional<String>> hosts)
      throws IOException {
    this.isSet = isSet;
    this.hosts = hosts;
    try (InputStream in = HttpJsonProvider.class.getResourceAsStream(SCHEMA)) {
      this.schema = new ObjectMapper().readTree(in);
    }
  }

  /** As it is called: at hosts that {@code hosts} allows, with secrets that must be set. */
  static HttpJsonProvider with(Predicate<String> isSet, AllowedHosts hosts) throws IOException {
    return new HttpJsonProvider(isSet, hosts::objection);
  }

  /** What a service must say of it, for checks without secrets and without a network. */
  public static HttpJsonProvider described() throws IOException {
    return new HttpJsonProvider(variable -> true, origin -> Optional.empty());
  }

  @Override
  public String route() {
    return ROUTE;
  }

  @Override
  public Optional<JsonNode> settingsSchema() {
    return Optional.of(schema);
  }

  @Override
  public Optional<String> objection(Provider provider) {
    try {
      Recipe recipe = recipe(provider);
      return hosts
          .apply(recipe.origin())
          .or(
              () ->
                  recipe
                      .missing(isSet)
                      .map(name -> "the environment variable " + name + " is not set"));
    } catch (RecipeFault fault) {
      return Optional.of(fault.getMessage());
    }
  }

  Recipe recipe(Provider provider) throws RecipeFault {
    return Recipe.of(provider.settings(), schema);
  }
}
