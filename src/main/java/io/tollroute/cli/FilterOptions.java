package io.tollroute.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which rows a list has. */
final class FilterOptions {

  @Option(names = "--state", paramLabel = "STATE", description = "Only those in this state.")
  private String state = "";

  @Option(names = "--service", paramLabel = "ID", description = "Only those of this service.")
  private String service = "";

  @Option(names = "--payer", paramLabel = "ADDRESS", description = "Only those of this payer.")
  private String payer = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Created then or later: 2026-01-31, 2026-01-31T12:00:00Z, or epoch seconds.")
  private String since = "";

  @Option(names = "--until", paramLabel = "TIME", description = "Created before that.")
  private String until = "";

  @Option(
      names = "--settled-since",
      paramLabel = "TIME",
      description = "Its money came in then or later.")
  private String settledSince = "";

  @Option(
      names = "--settled-until",
      paramLabel = "TIME",
      description = "Its money came in before that.")
  private String settledUntil = "";

  @Option(
      names = "--transaction",
      paramLabel = "0x...",
      description = "Only what this transaction has paid.")
  private String transaction = "";

  @Option(
      names = "--request",
      paramLabel = "ID",
      description = "Only the charge of this request id.")
  private String requestId = "";

  @Option(
      names = "--payment",
      paramLabel = "ID",
      description = "Only this payment, and the charges that bought or used its token.")
  private String payment = "";

  /** As parameters of the management port. */
  Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("state", state);
    parameters.put("service", service);
    parameters.put("payer", payer);
    parameters.put("since", since);
    parameters.put("until", until);
    parameters.put("settledSince", settledSince);
    parameters.put("settledUntil", settledUntil);
    parameters.put("transaction", transaction);
    parameters.put("requestId", requestId);
    parameters.put("paymentId", payment);
    return parameters;
  }
}
