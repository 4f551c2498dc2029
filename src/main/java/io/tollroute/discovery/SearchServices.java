package io.tollroute.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Service;
import io.tollroute.search.ServiceSearch;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** Answers a search over HTTP with a page of what was found. */
final class SearchServices implements Processor {

  private static final String SCHEMA = "server402.catalog.search.v1";

  private final Json json = new Json();
  private final ServiceSearch search;
  private final Window window;
  private final Entries entries;
  private final Clock clock;

  /** Answers by {@code search}; {@code entries} tell of what {@code window} shows. */
  SearchServices(ServiceSearch search, Window window, Entries entries, Clock clock) {
    this.search = search;
    this.window = window;
    this.entries = entries;
    this.clock = clock;
  }

  /**
   * Makes the page the message.
   *
   * @throws Refusal {@code invalid_request} with the parameter that is wrong
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    // message headers may be parameters of the address, and parameters of the address are theirs
    String query = exchange.getMessage(HttpMessage.class).getRequest().query();
    SearchRequest asked = SearchRequest.of(Optional.ofNullable(query).orElse(""));
    List<Service> found = search.find(asked.text(), asked.wanted());
    exchange.getMessage().setBody(json.bytes(page(asked, found)));
  }

  private ObjectNode page(SearchRequest asked, List<Service> found) {
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.put("schemaVersion", SCHEMA);
    page.put("generatedAt", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    page.put("query", asked.text());
    ObjectNode filters = page.putObject("filters");
    asked.category().ifPresent(category -> filters.put("category", category));
    asked.provider().ifPresent(provider -> filters.put("provider", provider));
    asked.maxPrice().ifPresent(most -> filters.put("maxPrice", most.toPlainString()));
    filters.put("limit", asked.limit()).put("offset", asked.offset());
    page.put("total", found.size());
    int end = Math.min(found.size(), asked.offset() + asked.limit());
    if (end < found.size()) {
      page.put("nextOffset", end);
    }
    ArrayNode services = page.putArray("services");
    Shelf shelf = window.get();
    found.stream()
        .skip(asked.offset())
        .limit(asked.limit())
        .forEach(service -> services.add(entries.of(window.offer(shelf, service))));
    return page;
  }
}
