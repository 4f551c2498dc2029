package io.tollroute.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.Service;
import io.tollroute.search.ServiceSearch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/** What is on offer now: made anew when the catalogue is another one. */
final class CatalogueTools implements Supplier<CatalogueTools.OnOffer> {

  static final String PRICES = "tollroute://prices";
  static final String HOW_TO_PAY = "how_to_pay";

  /** What answers as long as the catalogue is this one, and the pages of its lists. */
  record OnOffer(Catalogue catalogue, McpCore core, Pages pages) {}

  private final Supplier<Catalogue> catalogue;
  private final ServiceSearch search;
  private final ServerIdentity identity;
  private final Corridor corridor;
  private final List<Tool> extraTools;
  private final int pageSize;
  private final McpJson json;
  private volatile OnOffer filled;

  /**
   * {@code search} is of the same catalogue; {@code extraTools} are free and come last; a page has
   * {@code pageSize} entries.
   */
  CatalogueTools(
      Supplier<Catalogue> catalogue,
      ServiceSearch search,
      ServerIdentity identity,
      Corridor corridor,
      List<Tool> extraTools,
      int pageSize,
      McpJson json) {
    this.catalogue = catalogue;
    this.search = search;
    this.identity = identity;
    this.corridor = corridor;
    this.extraTools = List.copyOf(extraTools);
    this.pageSize = pageSize;
    this.json = json;
    this.filled = fill(catalogue.get());
  }

  @Override
  public OnOffer get() {
    OnOffer now = filled;
    Catalogue current = catalogue.get();
    if (now.catalogue() != current) {
      now = fill(current);
      filled = now;
    }
    return now;
  }

  private OnOffer fill(Catalogue current) {
    McpCore core = new SdkCore(identity, offer(current), McpGateway.LEGACY, json);
    return new OnOffer(current, core, new Pages(core, pageSize, json));
  }

  private ServerContent offer(Catalogue current) {
    List<Tool> tools = new ArrayList<>();
    current.services().forEach(s -> tools.add(new PaidTool(s, identity, corridor, json)));
    tools.add(new SearchTool(search, json));
    tools.add(new PaymentStatusTool(corridor, json));
    tools.add(new JobStatusTool(corridor, json));
    tools.addAll(extraTools);
    // a service keeps its name whatever we think of later
    Set<String> names = new HashSet<>();
    tools.removeIf(tool -> !names.add(tool.name()));
    return new ServerContent(tools, List.of(prices(current)), List.of(howToPay()));
  }

  private ServerContent.Page prices(Catalogue current) {
    ObjectNode list = json.object();
    ArrayNode services = list.putArray("services");
    for (Service service : current.services()) {
      ObjectNode entry = services.addObject();
      entry
          .put("tool", service.toolName())
          .put("serviceId", service.id())
          .put("title", service.title())
          .put("price", service.price().text())
          .put("currency", service.price().currency())
          .put("per", "answered call")
          .put("repeat", service.repeat().name().toLowerCase(Locale.ROOT))
          .put("url", identity.publicUrl() + "/api/tools/" + service.id());
      if (service.tariff().goesByInput()) {
        entry.put("priceUpTo", service.tariff().cap().text());
      }
    }
    return new ServerContent.Page(
        PRICES, "Prices", "What each service costs.", "application/json", json.text(list));
  }

  private ServerContent.Page howToPay() {
    return new ServerContent.Page(
        HOW_TO_PAY,
        "How to pay",
        "How to buy a call of a paid tool.",
        "text/plain",
        identity.instructions());
  }
}
