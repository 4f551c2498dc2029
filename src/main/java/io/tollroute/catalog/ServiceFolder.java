package io.tollroute.catalog;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The folder of service files: every {@code .yaml} and {@code .yml} below it is one service, but
 * for the {@code .defaults.yaml}, which say what services have in common.
 *
 * <p>Names that begin with a dot are left alone (hidden files, and the {@code ..data} folders in
 * which Kubernetes keeps the versions of a ConfigMap); a file that is reached on two ways is read
 * once.
 */
public final class ServiceFolder {

  private static final int MAX_DEPTH = 8;

  private static final String JOB = "/provider/job";

  /** Fewer files than this are not worth a thread. */
  private static final int FILES_APIECE = 16;

  private final Path folder;
  private final ServiceFile format;
  private final Providers providers;

  /** The folder at this path, which need not exist before it is loaded. */
  public ServiceFolder(Path folder) {
    this(folder, "after", Providers.anybody(), List.of());
  }

  /**
   * The folder at this path.
   *
   * @param usualSettlement {@code after} or {@code first}: when the services settle that do not say
   * @param providers who does the work of the services
   * @param rules what others ask of a service
   */
  public ServiceFolder(
      Path folder, String usualSettlement, Providers providers, List<ServiceRule> rules) {
    this.folder = folder;
    this.providers = providers;
    this.format = new ServiceFile(usualSettlement, providers, rules);
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /**
   * Reads and checks all files.
   *
   * @throws CatalogueFault with every problem found, when there is one: a folder that cannot be
   *     read or holds no service, a file that is no valid service, a name claimed by two services,
   *     a provider that nobody serves, or that lacks what it needs
   */
  public Catalogue load() throws CatalogueFault {
    List<Problem> problems = new ArrayList<>();
    Snapshot found = find(problems);
    ServiceDefaults defaults = new ServiceDefaults();
    List<Path> files = new ArrayList<>();
    for (Path file : found.files().keySet()) {
      if (ServiceDefaults.holds(file.getFileName().toString())) {
        format.source(file, problems).ifPresent(source -> defaults.add(source, problems));
      } else {
        files.add(file);
      }
    }
    if (files.isEmpty() && problems.isEmpty()) {
      problems.add(new Problem(folder, 0, "holds no service file (*.yaml)"));
    }
    List<ServiceFile.Parsed> parsed = read(files, defaults, problems);
    claims(parsed, problems);
    List<ProviderKind> wanting = providers(parsed, problems);
    if (!problems.isEmpty()) {
      problems.sort(Comparator.comparing(Problem::file).thenComparingInt(Problem::line));
      throw new CatalogueFault(problems, wanting);
    }
    return new Catalogue(parsed.stream().map(ServiceFile.Parsed::service).toList());
  }

  private record Read(Optional<ServiceFile.Parsed> parsed, List<Problem> problems) {}

  /**
   * Reads the files, hundreds of them side by side: a start waits for it. The threads are our own,
   * because common ones do not know the class loader of the application that we may be part of.
   */
  private List<ServiceFile.Parsed> read(
      List<Path> files, ServiceDefaults defaults, List<Problem> problems) {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), files.size() / FILES_APIECE);
    List<Callable<Read>> tasks = files.stream().map(file -> reading(file, defaults)).toList();
    List<ServiceFile.Parsed> parsed = new ArrayList<>();
    ExecutorService readers = Executors.newFixedThreadPool(Math.max(1, threads));
    try {
      for (Future<Read> done : readers.invokeAll(tasks)) {
        problems.addAll(done.get().problems());
        done.get().parsed().ifPresent(parsed::add);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problems.add(new Problem(folder, 0, "was not read to its end: somebody ended the program"));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a service file could not be read", e.getCause());
    } finally {
      readers.shutdownNow();
    }
    return parsed;
  }

  private Callable<Read> reading(Path file, ServiceDefaults defaults) {
    return () -> {
      List<Problem> problems = new ArrayList<>();
      return new Read(format.read(file, defaults, problems), problems);
    };
  }

  Snapshot snapshot() {
    return find(new ArrayList<>());
  }

  private Snapshot find(List<Problem> problems) {
    SortedMap<Path, Snapshot.Outside> files = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      problems.add(new Problem(folder, 0, "is not a folder"));
      return new Snapshot(files);
    }
    try {
      Files.walkFileTree(
          folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new Finder(files, problems));
    } catch (IOException e) {
      problems.add(new Problem(folder, 0, "cannot be read: " + e));
    }
    Set<Path> seen = new HashSet<>();
    files.values().removeIf(outside -> !seen.add(outside.real()));
    return new Snapshot(files);
  }

  private final class Finder extends SimpleFileVisitor<Path> {

    private final Map<Path, Snapshot.Outside> files;
    private final List<Problem> problems;

    Finder(Map<Path, Snapshot.Outside> files, List<Problem> problems) {
      this.files = files;
      this.problems = problems;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
      return !dir.equals(folder) && isHidden(dir)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (isServiceFile(file) && attributes.isRegularFile()) {
        files.put(
            file,
            new Snapshot.Outside(
                file.toRealPath(),
                Optional.ofNullable(attributes.fileKey()),
                attributes.lastModifiedTime(),
                attributes.size()));
      } else if (isServiceFile(file) && attributes.isSymbolicLink()) {
        problems.add(new Problem(file, 0, "is a link that leads nowhere"));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      boolean loop = e instanceof FileSystemLoopException;
      if (!loop && !isHidden(file)) {
        problems.add(new Problem(file, 0, "cannot be read: " + e));
      }
      return FileVisitResult.CONTINUE;
    }
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static boolean isServiceFile(Path path) {
    String name = path.getFileName().toString();
    return !isHidden(path) && (name.endsWith(".yaml") || name.endsWith(".yml"));
  }

  /** The kinds of provider that lack something; each is a problem of the first who needs it. */
  private List<ProviderKind> providers(List<ServiceFile.Parsed> parsed, List<Problem> problems) {
    Map<String, List<ServiceFile.Parsed>> byRoute = new LinkedHashMap<>();
    for (ServiceFile.Parsed file : parsed) {
      if (file.service().shelf().withheld().isPresent()) {
        continue;
      }
      String route = file.service().provider().route();
      byRoute.computeIfAbsent(route, any -> new ArrayList<>()).add(file);
    }
    List<ProviderKind> wanting = new ArrayList<>();
    byRoute.forEach(
        (route, files) -> {
          Optional<ProviderKind> kind = providers.find(route);
          if (kind.isEmpty()) {
            files.forEach(
                file -> problems.add(at(file, "/provider/route: no route file serves " + route)));
            return;
          }
          files.forEach(file -> objection(file).ifPresent(problems::add));
          files.forEach(file -> unlooked(file).ifPresent(problems::add));
          Optional<String> lacking = kind.get().lacking();
          if (lacking.isPresent()) {
            wanting.add(kind.get());
            String others = files.size() == 1 ? "" : " (and " + (files.size() - 1) + " more)";
            problems.add(at(files.get(0), lacking.get() + "; " + route + " needs it" + others));
          }
        });
    return wanting;
  }

  private Optional<Problem> objection(ServiceFile.Parsed file) {
    return providers
        .objection(file.service().provider())
        .map(reason -> at(file, "/provider: " + reason));
  }

  /** A job that nobody can look at. */
  private Optional<Problem> unlooked(ServiceFile.Parsed file) {
    Optional<Provider.Job> job = file.service().provider().job();
    if (job.isEmpty() && file.source().root().at(JOB).isObject()) {
      return Optional.of(
          file.source().problem(JOB, JOB + ": 'look' is missing, the route that looks at the job"));
    }
    return job.map(Provider.Job::look)
        .filter(look -> providers.find(look).isEmpty())
        .map(look -> at(file, "/provider/job/look: no route file serves " + look));
  }

  private static Problem at(ServiceFile.Parsed file, String reason) {
    return file.source().problem("/provider/route", reason);
  }

  private record Claim(ServiceFile.Parsed owner, String key, Source.Place place) {}

  private static void claims(List<ServiceFile.Parsed> parsed, List<Problem> problems) {
    Map<String, Claim> claims = new HashMap<>();
    for (ServiceFile.Parsed file : parsed) {
      claim(claims, file, "id", file.service().id(), "/id", problems);
      List<String> aliases = file.service().aliases();
      for (int i = 0; i < aliases.size(); i++) {
        claim(claims, file, "alias", aliases.get(i), "/aliases/" + i, problems);
      }
      claim(claims, file, "tool name", file.service().toolName(), "/toolName", problems);
    }
  }

  private static void claim(
      Map<String, Claim> claims,
      ServiceFile.Parsed file,
      String key,
      String name,
      String pointer,
      List<Problem> problems) {
    Claim claim = new Claim(file, key, file.place(pointer));
    Claim first = claims.putIfAbsent(name, claim);
    boolean ownToolName = first != null && first.owner() == file && key.equals("tool name");
    if (first != null && !ownToolName) {
      problems.add(
          file.source()
              .problem(
                  pointer,
                  "%s '%s' is claimed already, as %s in %s:%d"
                      .formatted(
                          key, name, first.key(), first.place().file(), first.place().line())));
    }
  }
}
