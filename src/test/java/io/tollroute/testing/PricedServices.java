package io.tollroute.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** Services that give back what they were told, each with a price of the test's own words. */
public final class PricedServices {

  private final OwnProvider own;
  private final Path services;

  /** Writes into {@code folder}. */
  public PricedServices(Path folder) throws IOException {
    this.own =
        new OwnProvider(folder)
            .route(
                "told",
                """
                - route:
                    id: told
                    description: Gives back what it was told
                    from:
                      uri: direct:told
                      steps:
                        - log:
                            loggingLevel: DEBUG
                            message: told
                """)
            .route(
                "broken",
                """
                - route:
                    id: broken
                    description: Has no answer
                    from:
                      uri: direct:broken
                      steps:
                        - throwException:
                            exceptionType: java.io.IOException
                            message: no answer
                """);
    this.services = Path.of(own.settings().get("TOLLROUTE_SERVICES"));
  }

  /**
   * Writes a service, or another price of it, as one change; one of the id broken has no answer.
   *
   * @param price members of {@code price} beside the currency
   * @param lines further lines of the file
   */
  public PricedServices write(String id, String price, String... lines) throws IOException {
    Path half = services.resolve("." + id);
    Files.writeString(
        half,
        """
        id: %s
        toolName: %s
        title: %s
        description: Gives back what it was told.
        tags: [told]
        %s
        price: {currency: USD, %s}
        inputSchema:
          type: object
          properties:
            urls: {type: array, items: {type: string}}
            seconds: {type: number}
            size: {type: [integer, "null"], default: 3}
            deep: {type: object, properties: {list: {type: array}}}
            text: {type: string}
        outputSchema: {type: object}
        exampleRequest: {urls: [a]}
        exampleResponse: {code: "200"}
        provider: {route: "direct:%s"}
        """
            .formatted(
                id,
                id.replace('-', '_'),
                id,
                String.join("\n", lines),
                price,
                id.equals("broken") ? "broken" : "told"));
    Files.move(
        half,
        services.resolve(id + ".yaml"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    return this;
  }

  /** What a shop needs to be told to sell them. */
  public Map<String, String> settings(String... more) {
    return own.settings(more);
  }
}
