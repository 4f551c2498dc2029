package io.tollroute.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.search.BoostAttribute;
import org.apache.lucene.search.FuzzyTermsEnum;
import org.apache.lucene.util.BytesRef;

/** The words of an index as they are written, to tell which of them was meant. */
final class Vocabulary {

  static final String FIELD = "plain";

  private static final Pattern LATIN = Pattern.compile("[\\p{IsLatin}\\p{Nd}]{4,32}");

  /** From so many letters on two of them may be wrong. */
  private static final int LONG = 8;

  private static final int MOST = 3;

  private record Near(String word, float alike, int services) {}

  private final IndexReader reader;

  /** The words of the field of that name. */
  Vocabulary(IndexReader reader) {
    this.reader = reader;
  }

  /**
   * What somebody may have meant by a word that there is not: two words written as one, or the
   * nearest with a letter too many, too few, wrong or in the wrong place; two from eight letters
   * on.
   */
  List<String> near(String word) throws IOException {
    Terms terms = MultiTerms.getTerms(reader, FIELD);
    if (terms == null || !LATIN.matcher(word).matches()) {
      return List.of();
    }
    List<String> nearest = nearest(terms, word, word.length() < LONG ? 1 : 2);
    if (!nearest.isEmpty()) {
      return nearest;
    }
    return halves(word);
  }

  private List<String> halves(String word) throws IOException {
    for (int at = 2; at <= word.length() - 2; at++) {
      String first = word.substring(0, at);
      String second = word.substring(at);
      if (isKnown(first) && isKnown(second)) {
        return List.of(first, second);
      }
    }
    return List.of();
  }

  private boolean isKnown(String word) throws IOException {
    return reader.docFreq(new Term(FIELD, word)) > 0;
  }

  private static List<String> nearest(Terms terms, String word, int edits) throws IOException {
    List<Near> near = new ArrayList<>();
    FuzzyTermsEnum found = new FuzzyTermsEnum(terms, new Term(FIELD, word), edits, 0, true);
    BoostAttribute alike = found.attributes().addAttribute(BoostAttribute.class);
    for (BytesRef term = found.next(); term != null; term = found.next()) {
      near.add(new Near(term.utf8ToString(), alike.getBoost(), found.docFreq()));
    }
    double most = near.stream().mapToDouble(Near::alike).max().orElse(0);
    return near.stream()
        .filter(each -> each.alike() == most)
        .sorted(Comparator.comparingInt(Near::services).reversed().thenComparing(Near::word))
        .limit(MOST)
        .map(Near::word)
        .toList();
  }
}
