package io.tollroute.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.core.LowerCaseFilter;
import org.apache.lucene.analysis.core.StopFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.StemmerOverrideFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Takes texts apart into the words that are compared: English without its endings, Chinese as pairs
 * of signs. Whatever is no letter and no digit stands between words and means nothing.
 */
final class Words {

  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");
  private static final Pattern HUMP = Pattern.compile("(?<=\\p{Ll})(?=\\p{Lu})");

  /** As written, in lower case. */
  private final Analyzer plain;

  /** Without endings, and one for all that are alike; what is written also sign by sign. */
  private final Analyzer indexed;

  /** The same for one plain word. */
  private final Analyzer stem;

  private Words(Set<String> silent, StemmerOverrideFilter.StemmerOverrideMap alike) {
    CharArraySet silence = new CharArraySet(silent, false);
    this.plain = new Chain(silence, alike, false, false);
    this.indexed = new Chain(silence, alike, true, true);
    this.stem = new Chain(silence, alike, true, false);
  }

  /** The words of the table {@code search-words.yaml}. */
  static Words read() throws IOException {
    try (InputStream file = Words.class.getResourceAsStream("/search-words.yaml")) {
      JsonNode table = new YAMLMapper().readTree(file);
      List<String> silent = new ArrayList<>();
      table.required("silent").forEach(word -> silent.add(word.textValue()));
      StemmerOverrideFilter.Builder alike = new StemmerOverrideFilter.Builder(false);
      table
          .required("alike")
          .properties()
          .forEach(
              row -> {
                alike.add(row.getKey(), row.getKey());
                row.getValue().forEach(word -> alike.add(word.textValue(), row.getKey()));
              });
      return new Words(Set.copyOf(silent), alike.build());
    }
  }

  /** What fields are indexed with. */
  Analyzer indexed() {
    return indexed;
  }

  /** What the field is indexed with that knows words as they are written. */
  Analyzer plain() {
    return plain;
  }

  /** A text with nothing but its words, also of names such as {@code ImageURL} or {@code a_b}. */
  static String spaced(String text) {
    return BETWEEN.matcher(HUMP.matcher(text).replaceAll(" ")).replaceAll(" ").strip();
  }

  /** The words of what somebody looks for, as written. */
  List<String> of(String text) {
    return words(plain, BETWEEN.matcher(text).replaceAll(" "));
  }

  /** What a plain word is compared as; empty when it says nothing. */
  List<String> stems(String word) {
    return words(stem, word);
  }

  private static List<String> words(Analyzer analyzer, String text) {
    List<String> words = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream("", text)) {
      CharTermAttribute word = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        words.add(word.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory can be read", e);
    }
    return words;
  }

  private static final class Chain extends Analyzer {

    private final CharArraySet silent;
    private final StemmerOverrideFilter.StemmerOverrideMap alike;
    private final boolean stemmed;
    private final boolean singleSigns;

    Chain(
        CharArraySet silent,
        StemmerOverrideFilter.StemmerOverrideMap alike,
        boolean stemmed,
        boolean singleSigns) {
      this.silent = silent;
      this.alike = alike;
      this.stemmed = stemmed;
      this.singleSigns = singleSigns;
    }

    @Override
    protected TokenStreamComponents createComponents(String field) {
      Tokenizer words = new StandardTokenizer();
      TokenStream pairs =
          new CJKBigramFilter(
              new LowerCaseFilter(new CJKWidthFilter(words)),
              CJKBigramFilter.HAN
                  | CJKBigramFilter.HIRAGANA
                  | CJKBigramFilter.KATAKANA
                  | CJKBigramFilter.HANGUL,
              singleSigns);
      TokenStream meant = new StopFilter(pairs, silent);
      return new TokenStreamComponents(
          words, stemmed ? new PorterStemFilter(new StemmerOverrideFilter(meant, alike)) : meant);
    }

    @Override
    public int getPositionIncrementGap(String field) {
      return 10;
    }
  }
}
