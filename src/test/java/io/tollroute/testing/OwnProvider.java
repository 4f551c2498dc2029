package io.tollroute.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The folders of an operator who sells something of his own: a route file and service files. */
public final class OwnProvider {

  private final Path routes;
  private final Path services;

  /** Copies the shipped routes into {@code folder}; there are no services yet. */
  public OwnProvider(Path folder) throws IOException {
    Files.createDirectories(folder);
    this.routes = Folders.copy(Path.of("routes"), folder.resolve("routes"));
    this.services = Files.createDirectory(folder.resolve("services"));
  }

  /** Adds a route file of the operator's. */
  public OwnProvider route(String name, String yaml) throws IOException {
    Files.writeString(routes.resolve("provider").resolve(name + ".camel.yaml"), yaml);
    return this;
  }

  /**
   * Adds a service whose work {@code route} does.
   *
   * @param lines further lines of the service, such as {@code settle: first}; those of its provider
   *     begin with two blanks
   */
  public OwnProvider service(String id, String route, String... lines) throws IOException {
    String provider =
        Arrays.stream(lines)
            .filter(line -> line.startsWith("  "))
            .collect(Collectors.joining("\n", "\n", "\n"));
    String rest =
        Arrays.stream(lines)
            .filter(line -> !line.startsWith("  "))
            .collect(Collectors.joining("\n", "", "\n"));
    Files.writeString(
        services.resolve(id + ".yaml"),
        """
        id: %s
        toolName: %s
        title: %s
        description: Something of the operator's own.
        tags: [own]
        price: {currency: USD, amount: "0.05"}
        inputSchema:
          type: object
          properties:
            text: {type: string}
            number: {type: number}
            list: {type: array}
          required: [text]
        outputSchema: {type: object}
        exampleRequest: {text: hello}
        exampleResponse: {code: "200"}
        %sprovider:
          route: %s%s"""
            .formatted(id, id.replace('-', '_'), id, rest, route, provider));
    return this;
  }

  /** What a shop needs to be told to sell it. */
  public Map<String, String> settings(String... more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("TOLLROUTE_ROUTES", routes.toString());
    settings.put("TOLLROUTE_SERVICES", services.toString());
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }
}
