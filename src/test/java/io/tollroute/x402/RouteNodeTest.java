package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tollroute.chain.NodeFault;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The answer of a chain's node")
class RouteNodeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "200 | {\"id\":1,\"error\":{\"code\":-32005,\"message\":\"range\"}} | REFUSED",
        "200 | {\"id\":null,\"error\":{\"code\":-32602,\"message\":\"range\"}} | REFUSED",
        "500 | {\"id\":1,\"error\":{\"code\":-32614,\"message\":\"10,000\"}} | REFUSED",
        "200 | {\"id\":1,\"error\":\"query exceeds max block range 1000\"} | REFUSED",
        "400 | query exceeds limit | REFUSED",
        "413 | <html>too large</html> | REFUSED",
        "422 | `` | REFUSED",
        "200 | {\"id\":1,\"error\":{\"code\":-32000,\"message\":\"reverted\"}} | REFUSED",
        "403 | forbidden | SILENT",
        "429 | too many | SILENT",
        "503 | `` | SILENT",
        "200 | {\"id\":2,\"result\":[]} | SILENT",
        "200 | {\"id\":1,\"error\":null,\"result\":null} | UNKNOWN"
      })
  @DisplayName("that refuses so many blocks is told from one that is none")
  void refused(int status, String body, NodeFault.Kind kind) {
    NodeFault fault =
        catchThrowableOfType(
            NodeFault.class,
            () -> RouteNode.result("eth_getLogs", status, body.getBytes(StandardCharsets.UTF_8)));

    assertThat(fault.kind()).isEqualTo(kind);
  }
}
