package io.tollroute.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import picocli.CommandLine.Option;

/** What an operator says of a refund. */
final class RefundOptions {

  @Option(names = "--cents", description = "How much. Default: all that was not spent.")
  private BigDecimal cents;

  @Option(names = "--note", defaultValue = "", description = "Why, or by which transfer.")
  private String note = "";

  @Option(
      names = "--transaction",
      paramLabel = "0x...",
      defaultValue = "",
      description = "The transaction that paid it back.")
  private String transaction = "";

  /** As the management port takes it. */
  ObjectNode wish() {
    ObjectNode wish =
        JsonNodeFactory.instance.objectNode().put("note", note).put("transaction", transaction);
    if (cents != null) {
      wish.put("cents", cents);
    }
    return wish;
  }
}
