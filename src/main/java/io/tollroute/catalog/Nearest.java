package io.tollroute.catalog;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.lang3.StringUtils;

/** What somebody meant who wrote a name almost right. */
public final class Nearest {

  private static final int MAX_LENGTH = 128;
  private static final int MAX_EDITS = 2;
  private static final int LETTERS_AN_EDIT = 4;

  private Nearest() {}

  /**
   * What is named as it was meant: case, hyphens, dots and slashes do not count, and one letter in
   * four may be wrong, two at most. Empty when nothing is near, or several are equally so.
   *
   * @param named what there is, by names; it is returned, never what was written
   */
  public static <T> Optional<T> to(String written, Map<String, T> named) {
    if (written.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String asked = letters(written);
    int allowed = Math.min(MAX_EDITS, asked.length() / LETTERS_AN_EDIT);
    int fewest = allowed + 1;
    T found = null;
    boolean several = false;
    for (Map.Entry<String, T> entry : named.entrySet()) {
      int edits = StringUtils.getLevenshteinDistance(asked, letters(entry.getKey()), allowed);
      if (edits >= 0 && edits < fewest) {
        fewest = edits;
        found = entry.getValue();
        several = false;
      } else if (edits >= 0 && edits == fewest) {
        several = several || !entry.getValue().equals(found);
      }
    }
    return several || asked.isEmpty() ? Optional.empty() : Optional.ofNullable(found);
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
