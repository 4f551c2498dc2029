package io.tollroute.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lists of what is offered, cut into pages, which the SDK does not. A list of hundreds of tools
 * takes longer to write than to send, so each is written once, when it is first asked for. A cursor
 * is the place where a page begins.
 */
final class Pages {

  private static final Map<String, String> LISTS =
      Map.of(
          "tools/list", "tools",
          "prompts/list", "prompts",
          "resources/list", "resources",
          "resources/templates/list", "resourceTemplates");

  /**
   * A page.
   *
   * @param members of the result, as JSON in UTF-8 without the braces around it; not to be changed
   * @param entries how many it has
   */
  record Page(byte[] members, int entries) {}

  private final McpCore core;
  private final int size;
  private final McpJson json;
  private final Map<String, List<Page>> written = new ConcurrentHashMap<>();

  /** Pages of what {@code core} lists, of at most {@code size} entries, and of one at least. */
  Pages(McpCore core, int size, McpJson json) {
    this.core = core;
    this.size = Math.max(1, size);
    this.json = json;
  }

  /**
   * The page that a message asks for; empty when its method is none that lists.
   *
   * @throws McpFault {@code unknown_name} for a cursor that we have not given
   */
  Optional<Page> of(Message message) throws McpFault {
    String field = LISTS.get(message.method());
    if (field == null) {
      return Optional.empty();
    }
    List<Page> pages = pages(message.method(), field);
    JsonNode cursor = message.params().path("cursor");
    return Optional.of(pages.get(cursor.isMissingNode() ? 0 : number(cursor.asText(), pages)));
  }

  private List<Page> pages(String method, String field) throws McpFault {
    List<Page> pages = written.get(method);
    return pages == null ? writtenOnce(method, field) : pages;
  }

  private synchronized List<Page> writtenOnce(String method, String field) throws McpFault {
    if (!written.containsKey(method)) {
      written.put(method, write(field, core.list(method, field)));
    }
    return written.get(method);
  }

  private List<Page> write(String field, JsonNode all) {
    List<Page> pages = new ArrayList<>();
    int start = 0;
    do {
      int end = Math.min(all.size(), start + size);
      ByteArrayOutputStream page = new ByteArrayOutputStream();
      page.writeBytes(ascii("\"" + field + "\":["));
      for (int i = start; i < end; i++) {
        page.writeBytes(ascii(i == start ? "" : ","));
        page.writeBytes(json.bytes(all.get(i)));
      }
      page.writeBytes(ascii(end < all.size() ? "],\"nextCursor\":\"" + cursor(end) + "\"" : "]"));
      pages.add(new Page(page.toByteArray(), end - start));
      start = end;
    } while (start < all.size());
    return List.copyOf(pages);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String cursor(int start) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(ascii(Integer.toString(start)));
  }

  private int number(String cursor, List<Page> pages) throws McpFault {
    for (int number = 1; number < pages.size(); number++) {
      if (cursor.equals(cursor(number * size))) {
        return number;
      }
    }
    throw McpFault.of("unknown_name").saying("Invalid cursor");
  }
}
