package io.tollroute.search;

import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/** An index of one catalogue. Never changes; may be asked by any number of threads. */
final class ServiceIndex {

  /** So many are told at least, where a third of the shop would be less. */
  private static final int FEW = 3;

  /** No wish consists of more words than these. */
  private static final int MAX_WORDS = 24;

  /** Whoever is worth less than this part of the best is not what was meant. */
  private static final float WORTH = 0.35f;

  /** Guessing takes as long as all else together. */
  private static final int MAX_GUESSED = 6;

  private static final float IS_A_KEYWORD = 12f;
  private static final float IS_BESIDE = 1.5f;
  private static final float IS_GUESSED = 0.7f;
  private static final float OTHER_FIELDS = 0.1f;

  /** What a word counts, where it stands. */
  private static final Map<String, Float> WEIGHTS =
      Map.of(
          "name", 3f,
          "title", 4f,
          "keywords", 3f,
          "tags", 2f,
          "category", 1f,
          "description", 1f,
          "parameters", 0.3f);

  private static final String ALL = "all";
  private static final String WHOLE = "whole";

  /**
   * A word as it may have been meant: the likeliest way to write it, and what it is compared as.
   */
  private record Word(String written, List<String> stems, float weight) {

    String stem() {
      return stems.get(0);
    }
  }

  private final Words words;
  private final List<Service> services;
  private final Map<String, Service> byName = new HashMap<>();
  private final IndexReader reader;
  private final IndexSearcher searcher;
  private final Vocabulary vocabulary;

  /** An index of what is on sale. */
  ServiceIndex(Catalogue catalogue, Words words) {
    this.words = words;
    this.services = catalogue.services();
    services.forEach(this::name);
    try {
      this.reader = DirectoryReader.open(written());
      this.vocabulary = new Vocabulary(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("an index in memory can be written", e);
    }
    this.searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
  }

  private void name(Service service) {
    byName.putIfAbsent(plainName(service.id()), service);
    byName.putIfAbsent(plainName(service.toolName()), service);
    service.aliases().forEach(alias -> byName.putIfAbsent(plainName(alias), service));
    byName.putIfAbsent(plainName(service.title()), service);
  }

  private static String plainName(String name) {
    return Words.spaced(name.toLowerCase(Locale.ROOT));
  }

  private ByteBuffersDirectory written() throws IOException {
    ByteBuffersDirectory memory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(
                new PerFieldAnalyzerWrapper(
                    words.indexed(), Map.of(Vocabulary.FIELD, words.plain())))
            .setMergeScheduler(new SerialMergeScheduler());
    try (IndexWriter writer = new IndexWriter(memory, config)) {
      for (Service service : services) {
        writer.addDocument(document(service));
      }
    }
    return memory;
  }

  private Document document(Service service) {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(service.aliases());
    names.add(service.id());
    names.add(service.toolName());
    texts.put("name", names);
    texts.put("title", List.of(service.title()));
    texts.put("keywords", service.shelf().keywords());
    texts.put("tags", service.tags());
    texts.put("category", List.of(service.shelf().category()));
    texts.put("description", List.of(service.description()));
    List<String> parameters = new ArrayList<>();
    service.inputSchema().path("properties").fieldNames().forEachRemaining(parameters::add);
    texts.put("parameters", parameters);
    Document document = new Document();
    texts.forEach((field, values) -> values.forEach(value -> add(document, field, value)));
    for (String phrase : service.shelf().keywords()) {
      document.add(new StringField(WHOLE, whole(words.of(phrase)), Field.Store.NO));
    }
    return document;
  }

  private static void add(Document document, String field, String value) {
    String spaced = Words.spaced(value);
    for (String each : List.of(field, ALL, Vocabulary.FIELD)) {
      document.add(new TextField(each, spaced, Field.Store.NO));
    }
  }

  private String whole(List<String> plain) {
    return plain.stream()
        .flatMap(word -> words.stems(word).stream())
        .collect(Collectors.joining(" "));
  }

  /** All that are on sale, by id. */
  List<Service> all() {
    return services;
  }

  /**
   * What is meant by a text, the best first: whose name it is comes before all others. Never more
   * than a third of all that are on sale, or three.
   */
  List<Service> find(String text, Predicate<Service> wanted) {
    try {
      List<Word> meant = meant(text);
      Set<Service> found = new LinkedHashSet<>();
      named(text).filter(wanted).ifPresent(found::add);
      if (!meant.isEmpty()) {
        named(written(meant)).filter(wanted).ifPresent(found::add);
        found.addAll(ranked(meant, wanted));
      }
      return found.stream().limit(Math.max(FEW, services.size() / 3)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("an index in memory can be read", e);
    }
  }

  private Optional<Service> named(String text) {
    return Optional.ofNullable(byName.get(plainName(text)));
  }

  private static String written(List<Word> meant) {
    return meant.stream().map(Word::written).collect(Collectors.joining(" "));
  }

  /** What a word of the text is taken for; those that the shop has nothing to do with are none. */
  private List<Word> meant(String text) throws IOException {
    List<Word> meant = new ArrayList<>();
    int guessed = 0;
    for (String word : words.of(text).stream().limit(MAX_WORDS).toList()) {
      List<String> stems = known(words.stems(word));
      if (!stems.isEmpty()) {
        meant.add(new Word(word, stems, 1));
        continue;
      }
      if (++guessed > MAX_GUESSED) {
        continue;
      }
      List<String> near = vocabulary.near(word);
      Set<String> guesses = new LinkedHashSet<>();
      for (String guess : near) {
        guesses.addAll(known(words.stems(guess)));
      }
      if (!guesses.isEmpty()) {
        meant.add(new Word(near.get(0), List.copyOf(guesses), IS_GUESSED));
      }
    }
    return meant;
  }

  private List<String> known(List<String> stems) throws IOException {
    List<String> known = new ArrayList<>();
    for (String stem : stems) {
      if (reader.docFreq(new Term(ALL, stem)) > 0) {
        known.add(stem);
      }
    }
    return known;
  }

  private List<Service> ranked(List<Word> meant, Predicate<Service> wanted) throws IOException {
    List<Service> ranked = new ArrayList<>();
    float best = 0;
    for (ScoreDoc hit : searcher.search(query(meant), services.size()).scoreDocs) {
      best = Math.max(best, hit.score);
      if (hit.score < WORTH * best) {
        break;
      }
      Service service = services.get(hit.doc);
      if (wanted.test(service)) {
        ranked.add(service);
      }
    }
    return ranked;
  }

  private Query query(List<Word> meant) {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    for (Word word : meant) {
      query.add(anywhere(word), BooleanClause.Occur.SHOULD);
    }
    for (int at = 1; at < meant.size(); at++) {
      for (String field : List.of("title", "keywords", "description")) {
        Query pair = new PhraseQuery(1, field, meant.get(at - 1).stem(), meant.get(at).stem());
        query.add(new BoostQuery(pair, IS_BESIDE), BooleanClause.Occur.SHOULD);
      }
    }
    Term keyword = new Term(WHOLE, meant.stream().map(Word::stem).collect(Collectors.joining(" ")));
    query.add(
        new BoostQuery(new ConstantScoreQuery(new TermQuery(keyword)), IS_A_KEYWORD),
        BooleanClause.Occur.SHOULD);
    return query.build();
  }

  private static Query anywhere(Word word) {
    List<Query> places = new ArrayList<>();
    WEIGHTS.forEach(
        (field, counts) ->
            word.stems()
                .forEach(
                    stem ->
                        places.add(
                            new BoostQuery(
                                new TermQuery(new Term(field, stem)), counts * word.weight()))));
    return new DisjunctionMaxQuery(places, OTHER_FIELDS);
  }
}
