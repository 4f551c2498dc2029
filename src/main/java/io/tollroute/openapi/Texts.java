package io.tollroute.openapi;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Texts of strangers, cut to what a service file may hold. */
final class Texts {

  private static final Pattern MARK_UP =
      Pattern.compile("<[^<>]{1,200}>|[*`]{1,3}|^#+\\s*", Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("!?\\[([^\\[\\]]*)]\\([^()]*\\)");

  private Texts() {}

  /** One line of plain text, at most {@code most} characters, cut between words. */
  static String plain(String text, int most) {
    String start = text.substring(0, Math.min(text.length(), most * 8));
    String line =
        MARK_UP
            .matcher(LINK.matcher(start).replaceAll("$1"))
            .replaceAll("")
            .replaceAll("[\\p{Cntrl}\\s\\p{Z}\\p{Cf}\\p{Cs}]+", " ")
            .strip();
    return cut(line, most);
  }

  /** The same in printable ASCII. */
  static String ascii(String text, int most) {
    String folded = Normalizer.normalize(plain(text, most * 2), Normalizer.Form.NFKD);
    return cut(folded.replaceAll("[^ -~]", "").replaceAll(" +", " ").strip(), most);
  }

  private static String cut(String line, int most) {
    if (line.length() <= most) {
      return line;
    }
    int sentence = line.lastIndexOf(". ", most - 1);
    if (sentence > most / 2) {
      return line.substring(0, sentence + 1);
    }
    int word = line.lastIndexOf(' ', most - 3);
    return line.substring(0, word > most / 2 ? word : most - 3).strip() + "...";
  }

  /** Small words joined by hyphens, at most {@code most} characters; may be empty. */
  static String slug(String text, int most) {
    String words =
        Normalizer.normalize(text, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}", "")
            .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
            .replaceAll("([A-Z]+)([A-Z][a-z])", "$1-$2")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    String cut = words.substring(0, Math.min(words.length(), most));
    return cut.replaceAll("^-+|-+$", "");
  }
}
