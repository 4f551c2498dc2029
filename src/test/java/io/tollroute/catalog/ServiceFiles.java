package io.tollroute.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small valid service files for tests. */
public final class ServiceFiles {

  private ServiceFiles() {}

  public static String echo(String id, String alias, String toolName, String amount) {
    return """
        id: %s
        aliases: [%s]
        toolName: %s
        title: Echo
        description: Says what it was told.
        tags: [test]
        price:
          currency: USD
          amount: "%s"
        inputSchema:
          type: object
          properties:
            text: {type: string}
            level: {type: number, minimum: 0.5}
          required: [text]
        outputSchema:
          type: object
        exampleRequest:
          text: hello
        exampleResponse: {}
        provider:
          route: direct:echo
          settings: {depth: 2, factor: 0.50, words: [a, true, null]}
        """
        .formatted(id, alias, toolName, amount);
  }

  public static String echo(String id) {
    return echo(id, "old-" + id, id.replace('-', '_'), "0.20");
  }

  public static Path write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
