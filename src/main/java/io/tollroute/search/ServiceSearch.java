package io.tollroute.search;

import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.Service;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Finds services of the catalogue that is on sale now, by words in English and Chinese. */
public final class ServiceSearch {

  /** The longest text that is looked for, in characters. */
  public static final int MAX_LENGTH = 300;

  /** With mistakes, so that all that a search may need is there. */
  private static final String PRACTICE = "recogntion of a servcie";

  private record Made(Catalogue of, ServiceIndex index) {}

  private final Supplier<Catalogue> catalogue;
  private final Words words;
  private volatile Made made;

  private ServiceSearch(Supplier<Catalogue> catalogue, Words words) {
    this.catalogue = catalogue;
    this.words = words;
  }

  /**
   * A search of {@code catalogue}, whichever it is then.
   *
   * @throws IOException when the table of words, which comes with the product, cannot be read
   */
  public static ServiceSearch of(Supplier<Catalogue> catalogue) throws IOException {
    return new ServiceSearch(catalogue, Words.read());
  }

  /**
   * Makes the index if there is none of the catalogue of now, and asks it something, so that nobody
   * waits for it.
   */
  public void refresh() {
    if (!isCurrent(made)) {
      current().find(PRACTICE, none -> false);
    }
  }

  /**
   * The services that are meant by a text, the best first; all of them, ordered by id, when it is
   * blank. Whatever stands in it is text, and a mistake in a word is forgiven.
   *
   * @throws IllegalArgumentException when it has more than {@link #MAX_LENGTH} characters
   */
  public List<Service> find(String text) {
    return find(text, any -> true);
  }

  /**
   * The same, of those that are wanted.
   *
   * @throws IllegalArgumentException when it has more than {@link #MAX_LENGTH} characters
   */
  public List<Service> find(String text, Predicate<Service> wanted) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a text of more than " + MAX_LENGTH + " characters");
    }
    ServiceIndex index = current();
    return text.isBlank() ? index.all().stream().filter(wanted).toList() : index.find(text, wanted);
  }

  private ServiceIndex current() {
    Made now = made;
    return isCurrent(now) ? now.index() : remake();
  }

  private boolean isCurrent(Made index) {
    return index != null && index.of() == catalogue.get();
  }

  private synchronized ServiceIndex remake() {
    Catalogue current = catalogue.get();
    if (made == null || made.of() != current) {
      made = new Made(current, new ServiceIndex(current, words));
    }
    return made.index();
  }
}
