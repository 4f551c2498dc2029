package io.tollroute.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWords;
import io.tollroute.breaker.Breakers;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.input.RequestSchema;
import io.tollroute.ledger.TrackRecord;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.search.ServiceSearch;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes the documents by which the shop is found. */
public final class DiscoveryModule implements Module {

  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";

  /** RFC 9727, section 4.2. */
  private static final String LINKSET =
      "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";

  /** Of the folder of docs, those that are for buyers. */
  private static final Set<String> PAGES = Set.of("buying", "errors", "mcp");

  private static final String SERVICES = "services";
  private static final String CONTACT = "tollroute.contact";
  private static final Pattern REACHABLE =
      Pattern.compile("https?://[!-~]+|[^@\\s\"<>]+@[^@\\s\"<>]+\\.[^@\\s\"<>.]+");

  @Override
  public void assemble(Assembly assembly) throws SettingsFault, IOException {
    List<PaymentMethod> methods = assembly.contributions(PaymentMethod.class);
    LiveCatalogue catalogue = assembly.require(LiveCatalogue.class);
    Facts facts = facts(assembly.settings(), assembly.version(), methods);
    Window window = new Window(catalogue::current, methods);
    JsonNode order = RequestSchema.read("payment.schema.json");
    JsonNode claim = RequestSchema.read("credit.schema.json");
    TrackRecord record = assembly.require(TrackRecord.class);
    Entries entries = new Entries(new Entry(facts), record::answered);
    Conditional answers = new Conditional();
    Envelope envelope = assembly.require(Envelope.class);
    ErrorWords words = assembly.require(ErrorWords.class);
    assembly.bean(
        "giveDocument",
        new GiveDocument(
            window,
            record::answered,
            new Late<>(
                () -> documents(facts, envelope, words, bodies(order, claim), entries, record)),
            answers));
    assembly.bean(
        "searchServices",
        new SearchServices(
            assembly.require(ServiceSearch.class), window, entries, assembly.clock()));
    assembly.bean(
        "showStatus",
        new ShowStatus(
            window,
            record,
            assembly.require(Breakers.class),
            new Late<>(() -> new Status(facts)),
            answers));
    assembly.bean(
        "showPage",
        new ShowPage(
            assembly.settings().path("tollroute.docs"),
            new Late<>(() -> new MarkdownPage(facts.ofShop(), PAGES)),
            answers));
  }

  private static Map<String, JsonNode> bodies(JsonNode order, JsonNode claim) {
    return Map.of(
        "PaymentOrder", order, "CreditClaim", claim, "Payment", JsonTemplate.plain("payment.yaml"));
  }

  private static Documents documents(
      Facts facts,
      Envelope envelope,
      ErrorWords words,
      Map<String, JsonNode> bodies,
      Entries entries,
      TrackRecord record) {
    OpenApi openApi = new OpenApi(facts, envelope, words.all(), bodies);
    Guides guides = new Guides(facts, bodies);
    Entry entry = new Entry(facts);
    Documents documents = new Documents();
    documents
        .with("openapi", JSON, openApi)
        .with("catalog", JSON, new ServiceList(facts, "catalog.yaml", SERVICES, entries::of))
        .with("services", JSON, new ServiceList(facts, "services.yaml", SERVICES, entry::briefly))
        .with("functions", JSON, new Functions(facts))
        .with("server402", JSON, guides.discovery())
        .with("agent-guide", JSON, guides.agents())
        .with("api-catalog", LINKSET, guides.linkset())
        .with("apis", JSON, guides.apis())
        .with("llms", TEXT, text(facts, TextTemplate.read("llms.txt")))
        .with("ai", TEXT, text(facts, TextTemplate.read("ai.txt")))
        .with("robots", TEXT, text(facts, TextTemplate.read("robots.txt")))
        .with("sitemap", "application/xml", text(facts, TextTemplate.markup("sitemap.xml")))
        .with("style", "text/css; charset=utf-8", text(facts, TextTemplate.read("style.css")))
        .with("favicon", "image/x-icon", shelf -> TextTemplate.read(Maker.class, "favicon.ico"))
        .withEach("service-llms", TEXT, new ServicePage(facts, record::answered))
        // the audit holds the validator of the catalogue
        .counting("catalog", "service-llms", "audit");
    return documents.with("audit", JSON, new Audit(facts, documents));
  }

  private static Maker text(Facts facts, TextTemplate template) {
    return shelf -> template.bytes(facts.of(shelf));
  }

  private static Facts facts(Settings settings, String version, List<PaymentMethod> methods)
      throws SettingsFault {
    return new Facts(
        settings.text("tollroute.public-url"),
        settings.text("tollroute.seller"),
        version,
        settings.text("tollroute.icon-url"),
        contact(settings),
        List.of(settings.text("tollroute.payments.providers").split(" *, *")),
        settings.whole("tollroute.keep-answer-seconds"),
        methods);
  }

  private static Optional<String> contact(Settings settings) throws SettingsFault {
    Optional<String> contact = settings.optional(CONTACT);
    if (contact.isPresent() && !REACHABLE.matcher(contact.get()).matches()) {
      throw new SettingsFault(List.of(CONTACT + ": is neither an e-mail address nor a URL"));
    }
    return contact;
  }
}
