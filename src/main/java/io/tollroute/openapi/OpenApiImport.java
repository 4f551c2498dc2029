package io.tollroute.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.CatalogueFault;
import io.tollroute.catalog.Problem;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes the operations of an OpenAPI document as service files. */
public final class OpenApiImport {

  /**
   * What is asked for.
   *
   * @param document the file of the document
   * @param price dollars a call, as a service file has it
   * @param operations which of them, as the document or the service calls them, or as {@code GET
   *     /path}; empty for all
   * @param prefix of every id; may be empty
   * @param baseUrl where the API is; empty for what the document says
   * @param out the folder of the files; empty for one below {@code services}
   * @param services the folder of services
   * @param force whether files are overwritten that somebody has edited
   * @param leniency what is sold although the document says too little of it
   */
  public record Request(
      Path document,
      String price,
      List<String> operations,
      String prefix,
      String baseUrl,
      Optional<Path> out,
      Path services,
      boolean force,
      Set<Leniency> leniency) {}

  /** What may be taken for granted where a document says too little. */
  public enum Leniency {
    /** An answer of which nothing is said is JSON of any shape. */
    ANY_ANSWER,
    /** Who asks for a sign-in (oauth2, openIdConnect) takes a token of the seller's as bearer. */
    OWN_TOKEN
  }

  /**
   * What came of it.
   *
   * @param folder where the files are
   * @param written ids of the services that were written
   * @param edited files that were left as somebody has edited them
   * @param unsellable operations that cannot be sold as they stand, each with the reason
   * @param variables environment variables that must be set before they are served
   */
  public record Report(
      Path folder,
      List<String> written,
      List<Path> edited,
      Map<String, String> unsellable,
      Set<String> variables) {}

  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final Set<String> SOLD = Set.of("get", "put", "post", "delete", "patch");
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]+)}");
  private static final int LONGEST_ID = 60;

  /** What a service may take while all of them are looked at. */
  private static final int OPERATION_COST = 64 << 10;

  private final Function<Path, ServiceFolder> folders;
  private final long memory;

  /**
   * Imports into folders that {@code folders} looks at as the server would.
   *
   * @param memory bytes of heap that a document and what is made of it may take
   */
  public OpenApiImport(Function<Path, ServiceFolder> folders, long memory) {
    this.folders = folders;
    this.memory = memory;
  }

  /**
   * Writes what can be sold of what is asked for. Each file is one that the catalogue takes; either
   * all of them are written or none.
   *
   * @throws OpenApiFault when nothing was written, with the reason in a line
   * @throws IOException when the files cannot be written
   */
  public Report run(Request request) throws OpenApiFault, IOException {
    ApiDocument document = ApiDocument.of(new DocumentFile(memory).read(request.document()));
    Map<String, String> unsellable = new LinkedHashMap<>();
    List<Draft> drafts;
    try {
      drafts = drafts(document, request, unsellable);
    } catch (StackOverflowError e) {
      throw new OpenApiFault("it nests too deep");
    }
    String api = Texts.slug(document.title(), 40);
    Path folder = request.out().orElse(request.services().resolve(api.isEmpty() ? "api" : api));
    refuseTaken(drafts, folder, request.services(), unsellable);
    Path stage = Files.createTempDirectory("tollroute-import");
    try {
      ImportedFile files =
          new ImportedFile(document.title() + " " + document.root().at("/info/version").asText());
      for (Draft draft : drafts) {
        Files.writeString(stage.resolve(draft.id() + ".yaml"), files.text(draft.file()));
      }
      refuseInvalid(drafts, stage, unsellable);
      if (drafts.isEmpty()) {
        throw new OpenApiFault(
            "none of its operations can be sold as it stands" + listed(unsellable));
      }
      return move(drafts, stage, folder, request.force(), unsellable);
    } finally {
      remove(stage);
    }
  }

  private static String listed(Map<String, String> unsellable) {
    StringBuilder list = new StringBuilder();
    unsellable.forEach(
        (operation, why) -> list.append("\n  ").append(operation).append(": ").append(why));
    return list.toString();
  }

  private List<Draft> drafts(ApiDocument document, Request request, Map<String, String> unsellable)
      throws OpenApiFault {
    Drafting drafting = new Drafting(document, request.price(), request.leniency());
    List<Draft> drafts = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    Set<String> wanted = new HashSet<>(request.operations());
    List<Operation> all = operations(document, unsellable);
    for (Operation operation : all) {
      String id = id(operation, request.prefix(), taken);
      if (drafts.size() >= memory / OPERATION_COST) {
        throw new OpenApiFault(
            "it has more operations than the memory holds; name some with --operations, or give the"
                + " command more (-Xmx in JAVA_OPTS)");
      }
      if (!request.operations().isEmpty()
          && Stream.of(operation.id(), id, operation.name())
              .noneMatch(request.operations()::contains)) {
        continue;
      }
      List.of(operation.id(), id, operation.name()).forEach(wanted::remove);
      try {
        drafts.add(drafting.draft(id, base(document, operation, request.baseUrl()), operation));
      } catch (Unsellable why) {
        unsellable.put(operation.name(), why.getMessage());
      }
    }
    if (!wanted.isEmpty()) {
      throw new OpenApiFault(
          "it has no operation " + Texts.ascii(String.join(", ", new TreeSet<>(wanted)), 200));
    }
    if (!request.operations().isEmpty()) {
      unsellable.keySet().removeIf(name -> all.stream().noneMatch(o -> o.name().equals(name)));
    }
    return drafts;
  }

  private static List<Operation> operations(ApiDocument document, Map<String, String> unsellable) {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.root().path("paths").properties()) {
      if (!path.getKey().startsWith("/")) {
        continue;
      }
      try {
        JsonNode item = document.at(path.getValue());
        for (String method : METHODS) {
          if (item.path(method).isObject()) {
            Operation operation =
                new Operation(
                    path.getKey(), method.toUpperCase(Locale.ROOT), item, item.get(method));
            if (SOLD.contains(method)) {
              operations.add(operation);
            } else {
              unsellable.put(operation.name(), "its method is not one that is sold");
            }
          }
        }
      } catch (Unsellable why) {
        unsellable.put(Texts.ascii(path.getKey(), 200), why.getMessage());
      }
    }
    return operations;
  }

  /** The document's own name of it, as the catalogue writes ids; a number where it is taken. */
  private static String id(Operation operation, String prefix, Set<String> taken) {
    String slug = Texts.slug((prefix.isEmpty() ? "" : prefix + "-") + operation.id(), LONGEST_ID);
    String name =
        slug.isEmpty() || Character.isDigit(slug.charAt(0))
            ? ("op-" + slug).replaceAll("-$", "")
            : slug;
    String free = name;
    for (int i = 2; !taken.add(free); i++) {
      free = name + "-" + i;
    }
    return free;
  }

  private static String base(ApiDocument document, Operation operation, String given)
      throws Unsellable {
    if (!given.isEmpty()) {
      return given.replaceFirst("/+$", "");
    }
    for (JsonNode servers :
        List.of(
            operation.written().path("servers"),
            operation.item().path("servers"),
            document.root().path("servers"))) {
      if (!servers.isEmpty()) {
        return base(servers.get(0));
      }
    }
    throw new Unsellable("the document says no server; say it with --base-url");
  }

  private static String base(JsonNode server) throws Unsellable {
    Matcher variables = VARIABLE.matcher(server.path("url").asText());
    String url =
        variables.replaceAll(
            found ->
                Matcher.quoteReplacement(
                    server.path("variables").path(found.group(1)).path("default").asText()));
    if (!url.matches("https?://[^/]+.*")) {
      throw new Unsellable("its server has no absolute URL; say it with --base-url");
    }
    return url.replaceFirst("/+$", "");
  }

  /** Names of services that are on sale by other files. */
  private void refuseTaken(
      List<Draft> drafts, Path folder, Path services, Map<String, String> unsellable) {
    List<Service> known;
    try {
      known = folders.apply(services).load().services();
    } catch (CatalogueFault none) {
      return;
    }
    drafts.removeIf(
        draft -> {
          boolean ours = Files.exists(folder.resolve(draft.id() + ".yaml"));
          String tool = draft.id().replace('-', '_');
          boolean taken =
              !ours
                  && known.stream()
                      .anyMatch(
                          service ->
                              service.id().equals(draft.id())
                                  || service.aliases().contains(draft.id())
                                  || service.toolName().equals(tool));
          if (taken) {
            unsellable.put(
                draft.operation(), "another service is called " + draft.id() + "; use --prefix");
          }
          return taken;
        });
  }

  /** What the catalogue would not take is not written. */
  private void refuseInvalid(List<Draft> drafts, Path stage, Map<String, String> unsellable)
      throws OpenApiFault, IOException {
    for (List<Problem> problems = problems(stage);
        !problems.isEmpty() && !drafts.isEmpty();
        problems = problems(stage)) {
      for (Problem problem : problems) {
        if (problem.reason().startsWith("/price")) {
          throw new OpenApiFault(problem.reason());
        }
        String file = problem.file().getFileName().toString();
        for (Draft draft : List.copyOf(drafts)) {
          if (file.equals(draft.id() + ".yaml")) {
            unsellable.put(draft.operation(), Texts.plain(problem.reason(), 200));
            drafts.remove(draft);
            Files.delete(stage.resolve(file));
          }
        }
      }
    }
  }

  private List<Problem> problems(Path stage) {
    try {
      folders.apply(stage).load();
      return List.of();
    } catch (CatalogueFault fault) {
      return fault.problems();
    }
  }

  private static Report move(
      List<Draft> drafts, Path stage, Path folder, boolean force, Map<String, String> unsellable)
      throws IOException {
    Files.createDirectories(folder);
    List<String> written = new ArrayList<>();
    List<Path> edited = new ArrayList<>();
    Set<String> variables = new TreeSet<>();
    for (Draft draft : drafts) {
      Path target = folder.resolve(draft.id() + ".yaml");
      variables.addAll(draft.variables());
      if (!force && ImportedFile.isEdited(target)) {
        edited.add(target);
        continue;
      }
      // a name with a dot is left alone by whoever watches the folder
      Path beside = folder.resolve("." + draft.id() + ".new");
      Files.copy(stage.resolve(draft.id() + ".yaml"), beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      written.add(draft.id());
    }
    return new Report(folder, written, edited, unsellable, variables);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
