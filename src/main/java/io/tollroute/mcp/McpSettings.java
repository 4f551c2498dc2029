package io.tollroute.mcp;

import io.tollroute.call.PaymentCarrier;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the MCP endpoint is set up.
 *
 * @param publicUrl absolute base of the server, without trailing slash
 * @param seller its name for people
 * @param version of the program
 * @param origins whose pages may call beside our own and this machine's; {@code *} for all
 * @param local whether the server listens on this machine only
 * @param pageSize entries of a list that are sent at once
 * @param keepSeconds how long an answer can be had again at least
 * @param freeTools folder of further tools with fixed answers
 * @param carriers how calls are paid
 */
public record McpSettings(
    URI publicUrl,
    String seller,
    String version,
    Set<String> origins,
    boolean local,
    int pageSize,
    long keepSeconds,
    Optional<Path> freeTools,
    List<PaymentCarrier> carriers) {

  /** Of a message; the same as of any body. */
  static final int MAX_BYTES = 64 * 1024;

  /** Own copies. */
  public McpSettings {
    origins = Set.copyOf(origins);
    carriers = List.copyOf(carriers);
  }

  ServerIdentity identity() {
    return ServerIdentity.at(publicUrl, seller, version, keepSeconds, carriers);
  }
}
