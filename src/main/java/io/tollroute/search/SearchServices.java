package io.tollroute.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.Service;
import java.nio.charset.StandardCharsets;
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

  private final ServiceSearch search;
  private final ServiceEntry entry;
  private final Clock clock;

  /** Answers by {@code search}; {@code entry} tells of each. */
  SearchServices(ServiceSearch search, ServiceEntry entry, Clock clock) {
    this.search = search;
    this.entry = entry;
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
    exchange.getMessage().setBody(page(asked, found).toString().getBytes(StandardCharsets.UTF_8));
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
    found.stream()
        .skip(asked.offset())
        .limit(asked.limit())
        .forEach(service -> entry.write(service, services.addObject()));
    return page;
  }
}
