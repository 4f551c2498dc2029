package io.tollroute.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.CatalogueFault;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.catalog.Shelf;
import io.tollroute.catalog.Tariff;
import io.tollroute.openapi.OpenApiFault;
import io.tollroute.openapi.OpenApiImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code tollroute services}: looks at the services folder without starting the server.
 *
 * <p>Exit codes: 0 done, 1 the folder has problems (they go to standard error as {@code file:line:
 * reason}), 2 the command was used wrongly.
 */
@Command(
    name = "services",
    scope = ScopeType.INHERIT,
    description = "Shows and checks the services folder without starting the server.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:the services folder has problems", "2:wrong usage"})
public final class ServicesCommand implements Callable<Integer> {

  private static final int OK = 0;
  private static final int PROBLEMS = 1;
  private static final List<String> COLUMNS = List.of("id", "tool", "price", "provider", "title");
  private static final List<String> WITH_NOTES =
      List.of("id", "tool", "price", "provider", "title", "note");

  private final Map<String, String> environment;
  private final Properties properties;
  private final boolean terminal;
  private final Function<Path, ServiceFolder> folders;
  private final Function<Service, List<String>> remarks;
  private final ObjectMapper json =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Prints this.")
  private boolean help;

  @Option(
      names = "--services",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "The services folder. Default: TOLLROUTE_SERVICES, or the property tollroute.services, or"
              + " services below TOLLROUTE_HOME or here.")
  private Path services;

  /**
   * The command.
   *
   * @param environment TOLLROUTE_SERVICES and TOLLROUTE_HOME are looked up here
   * @param properties tollroute.services is looked up here
   * @param terminal whether somebody reads the output on a terminal: a list is then a table, and
   *     JSON otherwise
   * @param folders services folders as the server would have them
   */
  public ServicesCommand(
      Map<String, String> environment,
      Properties properties,
      boolean terminal,
      Function<Path, ServiceFolder> folders) {
    this(environment, properties, terminal, folders, service -> List.of());
  }

  /**
   * The command; {@code remarks} says of a service without a fault what buyers will not be shown of
   * it, a line each.
   */
  public ServicesCommand(
      Map<String, String> environment,
      Properties properties,
      boolean terminal,
      Function<Path, ServiceFolder> folders,
      Function<Service, List<String>> remarks) {
    this.folders = folders;
    this.remarks = remarks;
    this.environment = environment;
    this.properties = properties;
    this.terminal = terminal;
  }

  /** Its subcommand that asks a running Tollroute what became of listing its services. */
  public static Object status(OperatorAccess access, boolean terminal) {
    return new ListingStatusCommand(access, terminal);
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Say which: list, show, validate, draft, import or status");
  }

  @Command(
      description = {
        "Lists the services on sale: a table on a terminal, JSON when piped.",
        "The note says what one requires before it works, why it is not on sale, and whether its answer"
            + " is a job."
      })
  int list(
      @Option(names = "--json", description = "Prints JSON on a terminal too.") boolean asJson,
      @Option(names = "--all", description = "Also those that are not on sale.") boolean withheld) {
    return load(folder())
        .map(
            catalogue -> {
              List<Service> all = new ArrayList<>(catalogue.services());
              if (withheld) {
                all.addAll(catalogue.withheld());
              }
              if (asJson || !terminal) {
                ArrayNode rows = json.createArrayNode();
                all.forEach(service -> rows.add(summary(service)));
                print(rows);
              } else {
                table(all);
              }
              return OK;
            })
        .orElse(PROBLEMS);
  }

  @Command(
      description = "Prints one service as JSON, with its prices, schemas, examples and provider.")
  int show(@Parameters(paramLabel = "ID", description = "An id or an alias.") String id) {
    Optional<Catalogue> catalogue = load(folder());
    if (catalogue.isEmpty()) {
      return PROBLEMS;
    }
    Service service =
        catalogue
            .get()
            .find(id)
            .or(
                () ->
                    catalogue.get().withheld().stream()
                        .filter(each -> each.id().equals(id) || each.aliases().contains(id))
                        .findFirst())
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(), "There is no service '" + id + "' in " + folder()));
    print(whole(service));
    return OK;
  }

  @Command(description = "Checks every service file and what they claim together.")
  int validate(
      @Parameters(
              arity = "0..1",
              paramLabel = "DIR",
              description = "Another services folder to check.")
          Path other) {
    Path folder = other == null ? folder() : other;
    return load(folder)
        .map(
            catalogue -> {
              for (Service service : catalogue.services()) {
                remarks.apply(service).forEach(r -> out().println(service.id() + ": " + r));
              }
              int count = catalogue.services().size();
              out()
                  .println(
                      folder
                          + ": "
                          + count
                          + (count == 1 ? " service" : " services")
                          + ", no problem");
              out().flush();
              return OK;
            })
        .orElse(PROBLEMS);
  }

  @Command(
      name = "import",
      description = {
        "Writes the operations of an OpenAPI 3.0 or 3.1 document as service files (docs/openapi.md).",
        "What cannot be sold as it stands is listed with the reason. A file that somebody has edited"
            + " since it was imported is left as it is."
      })
  int importDocument(
      @Parameters(paramLabel = "DOCUMENT", description = "The document, JSON or YAML.")
          Path document,
      @Option(
              names = "--price",
              required = true,
              paramLabel = "USD",
              description = "What a call costs, for example 0.01.")
          String price,
      @Option(
              names = "--operations",
              split = ",",
              paramLabel = "ID",
              description =
                  "Only these: operation ids, ids of services, or 'GET /path', with commas between.")
          List<String> operations,
      @Option(names = "--prefix", defaultValue = "", description = "Begins every id.")
          String prefix,
      @Option(
              names = "--base-url",
              defaultValue = "",
              paramLabel = "URL",
              description = "Where the API is, if not where the document says.")
          String baseUrl,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "The folder of the files. Default: one below the services folder.")
          Path out,
      @Option(names = "--force", description = "Overwrites edited files too.") boolean force,
      @Option(
              names = "--any-answer",
              description =
                  "Sells also what the document says nothing of the answer of, as JSON of any shape.")
          boolean anyAnswer,
      @Option(
              names = "--token",
              description =
                  "Sells also what asks for a sign-in (oauth2, openIdConnect), with a token of yours as"
                      + " bearer.")
          boolean ownToken) {
    Set<OpenApiImport.Leniency> leniency = EnumSet.noneOf(OpenApiImport.Leniency.class);
    if (anyAnswer) {
      leniency.add(OpenApiImport.Leniency.ANY_ANSWER);
    }
    if (ownToken) {
      leniency.add(OpenApiImport.Leniency.OWN_TOKEN);
    }
    OpenApiImport.Request request =
        new OpenApiImport.Request(
            document,
            price,
            operations == null ? List.of() : operations,
            prefix,
            baseUrl,
            Optional.ofNullable(out),
            folder(),
            force,
            leniency);
    try {
      report(new OpenApiImport(folders, Runtime.getRuntime().maxMemory()).run(request));
      return OK;
    } catch (OpenApiFault fault) {
      return fail(document + ": " + fault.getMessage());
    } catch (IOException e) {
      return fail("the files cannot be written: " + e);
    }
  }

  private int fail(String reason) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(reason);
    err.flush();
    return PROBLEMS;
  }

  private void report(OpenApiImport.Report report) {
    report.written().forEach(id -> out().println(report.folder().resolve(id + ".yaml")));
    report.edited().forEach(file -> out().println("left as it was edited (--force): " + file));
    report
        .unsellable()
        .forEach((operation, why) -> out().println("not sold: " + operation + ": " + why));
    report
        .variables()
        .forEach(name -> out().println("to be set in the environment of serve: " + name));
    int count = report.written().size();
    out()
        .println(
            report.folder() + ": " + count + (count == 1 ? " service" : " services") + " written");
    out().flush();
  }

  @Command(
      description = {
        "Writes a first service file for every action of a product of Alibaba Cloud that has none.",
        "What is known of an action is written; texts, price and a better id are yours."
      })
  int draft(
      @Option(
              names = "--product",
              required = true,
              paramLabel = "PRODUCT",
              description = "Its code, for example facebody.")
          String product,
      @Option(
              names = "--action",
              split = ",",
              paramLabel = "ACTION",
              description = "Only this action; several with commas between.")
          List<String> actions,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "Where the files go. Default: the services folder.")
          Path out) {
    Path folder = folder();
    try {
      DraftFiles drafts = new DraftFiles(out == null ? folder : out, folders.apply(folder));
      List<String> wanted = actions == null ? List.of() : actions;
      drafts.write(product, wanted).forEach(line -> out().println(line));
      out().flush();
      return OK;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    } catch (CatalogueFault | IOException fault) {
      spec.commandLine().getErr().println(fault.getMessage());
      return PROBLEMS;
    }
  }

  private Path folder() {
    if (services != null) {
      return services;
    }
    String named =
        Stream.of(
                environment.get("TOLLROUTE_SERVICES"), properties.getProperty("tollroute.services"))
            .filter(value -> value != null && !value.isBlank())
            .findFirst()
            .orElse("services");
    String home = environment.getOrDefault("TOLLROUTE_HOME", "");
    return home.isBlank() ? Path.of(named) : Path.of(home).resolve(named);
  }

  private Optional<Catalogue> load(Path folder) {
    try {
      return Optional.of(folders.apply(folder).load());
    } catch (CatalogueFault fault) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(fault.getMessage());
      err.flush();
      return Optional.empty();
    }
  }

  private ObjectNode summary(Service service) {
    ObjectNode node = json.createObjectNode();
    node.put("id", service.id());
    ArrayNode aliases = node.putArray("aliases");
    service.aliases().forEach(aliases::add);
    node.put("toolName", service.toolName());
    node.put("title", service.title());
    node.put("description", service.description());
    ArrayNode tags = node.putArray("tags");
    service.tags().forEach(tags::add);
    node.put("category", service.shelf().category());
    ArrayNode keywords = node.putArray("keywords");
    service.shelf().keywords().forEach(keywords::add);
    node.put("listed", service.shelf().withheld().isEmpty());
    service.shelf().withheld().ifPresent(reason -> node.put("withheld", reason));
    service.shelf().requires().ifPresent(what -> node.put("requires", what));
    node.put("asynchronous", service.provider().job().isPresent());
    service
        .provider()
        .job()
        .ifPresent(begun -> node.putObject("job").put("withinSeconds", begun.withinSeconds()));
    ObjectNode price = node.putObject("price");
    price.put("currency", service.price().currency()).put("amount", service.price().text());
    service.price().cents().ifPresent(cents -> price.put("amountCents", cents));
    tariff(service.tariff(), price);
    return node;
  }

  /** What other inputs cost, many calls at once, and what costs nothing; none of it usually. */
  private static void tariff(Tariff tariff, ObjectNode price) {
    tariff
        .per()
        .ifPresent(
            per -> {
              price.put("upTo", tariff.cap().text());
              price.put("base", tariff.base().toPlainString());
              price
                  .putObject("per")
                  .put("pointer", per.pointer())
                  .put("amount", per.amount().toPlainString())
                  .put("unit", per.unit())
                  .put("upTo", per.upTo());
            });
    for (Tariff.Step step : tariff.volume()) {
      price
          .withArray("volume")
          .addObject()
          .put("calls", step.calls())
          .put("amount", step.each().times(step.calls()).text())
          .put("each", step.each().text());
    }
    tariff
        .free()
        .ifPresent(
            free -> {
              ObjectNode shown =
                  price.putObject("free").put("calls", free.calls()).put("per", "day");
              if (free.isOfWallets()) {
                shown.put("by", "wallet").put("wallets", free.wallets());
              }
            });
  }

  private ObjectNode whole(Service service) {
    ObjectNode node = summary(service);
    node.set("inputSchema", service.inputSchema());
    node.set("outputSchema", service.outputSchema());
    node.set("exampleRequest", service.exampleRequest());
    node.set("exampleResponse", service.exampleResponse());
    node.putObject("provider")
        .put("route", service.provider().route())
        .set("settings", json.valueToTree(service.provider().settings()));
    return node;
  }

  private void table(List<Service> all) {
    ArrayNode rows = json.createArrayNode();
    for (Service service : all) {
      rows.addObject()
          .put("id", service.id())
          .put("tool", service.toolName())
          .put("price", price(service))
          .put("provider", service.provider().route())
          .put("title", service.title())
          .put("note", note(service));
    }
    new Printer(out(), Printer.Format.table)
        .rows(
            rows,
            all.stream().allMatch(service -> note(service).isEmpty()) ? COLUMNS : WITH_NOTES,
            true);
  }

  private static String note(Service service) {
    Shelf shelf = service.shelf();
    String sale =
        shelf
            .withheld()
            .map(reason -> "not on sale: " + reason)
            .or(() -> shelf.requires().map(what -> "requires: " + what))
            .orElse("");
    String job =
        service
            .provider()
            .job()
            .map(begun -> "answers with a job, within " + begun.withinSeconds() + " s")
            .orElse("");
    return sale.isEmpty() || job.isEmpty() ? sale + job : job + "; " + sale;
  }

  private static String price(Service service) {
    String lowest = service.price().currency() + " " + service.price().text();
    return service.tariff().goesByInput()
        ? lowest + " to " + service.tariff().cap().text()
        : lowest;
  }

  private void print(Object document) {
    try {
      out().println(json.writeValueAsString(document));
      out().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
