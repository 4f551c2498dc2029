package io.tollroute.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Payments or charges, as a page or as all there are.
 *
 * @param name path and field of the rows
 * @param columns what a table shows
 */
record PagedRows(String name, List<String> columns) {

  private static final String LARGEST_PAGE = "500";

  int page(
      ManagementClient client,
      Printer printer,
      Map<String, String> filter,
      int limit,
      String cursor)
      throws CommandFault {
    Map<String, String> parameters = new LinkedHashMap<>(filter);
    parameters.put("limit", Integer.toString(limit));
    parameters.put("cursor", cursor);
    printer.page(client.get(name, parameters), name, columns);
    return Exit.OK;
  }

  int export(ManagementClient client, Printer printer, Map<String, String> filter)
      throws CommandFault {
    Map<String, String> parameters = new LinkedHashMap<>(filter);
    parameters.put("limit", LARGEST_PAGE);
    boolean first = true;
    do {
      JsonNode page = client.get(name, parameters);
      printer.rows(page.path(name), columns, first);
      first = false;
      parameters.put("cursor", page.path("next").asText(""));
    } while (!parameters.get("cursor").isEmpty() && !parameters.get("cursor").equals("null"));
    return Exit.OK;
  }
}
