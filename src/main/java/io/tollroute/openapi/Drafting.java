package io.tollroute.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Makes a service file of one operation. */
final class Drafting {

  private static final int MOST_TAGS = 5;
  private static final int LONGEST_DESCRIPTION = 600;

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final ApiDocument document;
  private final Examples examples;
  private final Securing securing;
  private final AnswerDraft answers;
  private final String price;

  /**
   * Drafts of {@code document}, each at {@code price} dollars.
   *
   * @param leniency what is taken for granted
   */
  Drafting(ApiDocument document, String price, Set<OpenApiImport.Leniency> leniency) {
    this.document = document;
    this.examples = new Examples(document);
    this.securing = new Securing(document, leniency.contains(OpenApiImport.Leniency.OWN_TOKEN));
    this.answers =
        new AnswerDraft(document, examples, leniency.contains(OpenApiImport.Leniency.ANY_ANSWER));
    this.price = price;
  }

  /**
   * The service that an operation becomes.
   *
   * @param id what it is to be called
   * @param base where the API is, without a slash at the end
   * @throws Unsellable when it cannot be sold by a file alone
   */
  Draft draft(String id, String base, Operation operation) throws Unsellable {
    if (!operation.written().path("callbacks").isEmpty()) {
      throw new Unsellable("answers later, by callbacks");
    }
    ObjectNode settings = nodes.objectNode();
    settings.put("url", base + operation.path());
    settings.put("method", operation.method());
    Inputs inputs = new RequestDraft(document, examples, settings).of(operation);
    Set<String> variables = new TreeSet<>();
    securing.secure(operation.written(), settings, variables);
    AnswerDraft.Answer answer = answers.of(operation, settings);
    ObjectNode file = nodes.objectNode();
    file.put("id", id);
    file.put("title", title(operation, id));
    file.put("description", description(operation));
    file.set("tags", tags(operation));
    file.put("category", category());
    file.putObject("price").put("currency", "USD").put("amount", price);
    file.set("inputSchema", inputs.schema());
    file.set("exampleRequest", inputs.example());
    file.putObject("answer")
        .<ObjectNode>set("schema", answer.schema())
        .set("example", answer.example());
    file.putObject("provider").put("route", "direct:http-json").set("settings", settings);
    return new Draft(id, operation.name(), file, variables);
  }

  private String title(Operation operation, String id) {
    String title = Texts.ascii(operation.written().path("summary").asText(), 64);
    if (!title.isEmpty()) {
      return title;
    }
    String words = id.replace('-', ' ');
    return Texts.ascii(words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1), 64);
  }

  private String description(Operation operation) {
    Set<String> parts = new LinkedHashSet<>();
    for (String key : List.of("summary", "description")) {
      String part = Texts.plain(operation.written().path(key).asText(), LONGEST_DESCRIPTION);
      if (!part.isEmpty()) {
        parts.add(part.matches(".*[.!?]$") ? part : part + ".");
      }
    }
    if (parts.isEmpty()) {
      parts.add(operation.name() + ".");
    }
    String by = " Answered by " + Texts.plain(document.title(), 60) + ".";
    return Texts.plain(String.join(" ", parts), LONGEST_DESCRIPTION - by.length()) + by;
  }

  private String category() {
    String category = Texts.slug(document.title(), 40);
    return category.isEmpty() ? "api" : category;
  }

  private ArrayNode tags(Operation operation) {
    Set<String> tags = new LinkedHashSet<>();
    operation.written().path("tags").forEach(tag -> tags.add(Texts.ascii(tag.asText(), 32)));
    tags.add(Texts.slug(document.title(), 32));
    tags.remove("");
    ArrayNode list = nodes.arrayNode();
    tags.stream().limit(MOST_TAGS).forEach(list::add);
    return list;
  }
}
