package io.tollroute.discovery;

import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Answers with the page that the variable {@code page} names: a Markdown file of the folder of
 * docs, which is read again when it changes.
 */
public final class ShowPage implements Processor {

  /** Which page: the name of a file without its ending; given by the route, never by a request. */
  private static final Slot<String> PAGE = new Slot<>("page", String.class);

  private record Shown(FileTime modified, long size, Ready ready) {}

  private final Map<String, Shown> shown = new ConcurrentHashMap<>();
  private final Path folder;
  private final Supplier<MarkdownPage> pages;
  private final Conditional answers;

  /** Shows files of {@code folder}. */
  ShowPage(Path folder, Supplier<MarkdownPage> pages, Conditional answers) {
    this.answers = answers;
    this.folder = folder;
    this.pages = pages;
  }

  /**
   * Fills body, type and validator.
   *
   * @throws Refusal {@code not_found} when the file is not there, {@code overloaded} when too many
   *     are on their way
   * @throws IOException when it cannot be read
   */
  @Override
  public void process(Exchange exchange) throws Refusal, IOException {
    String name = PAGE.of(exchange);
    Path file = folder.resolve(name + ".md");
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Optional<Shown> before =
          Optional.ofNullable(shown.get(name))
              .filter(
                  kept ->
                      kept.size() == now.size() && kept.modified().equals(now.lastModifiedTime()));
      Ready ready = before.isPresent() ? before.get().ready() : read(file);
      if (before.isEmpty()) {
        shown.put(name, new Shown(now.lastModifiedTime(), now.size(), ready));
      }
      answers.answer(exchange, ready);
    } catch (NoSuchFileException gone) {
      throw Refusal.of("not_found").causedBy(gone);
    }
  }

  private Ready read(Path file) throws IOException {
    return Ready.of("text/html; charset=utf-8", pages.get().of(Files.readString(file)));
  }
}
