package io.tollroute.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.ledger.Objection;
import io.tollroute.ledger.StillFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Holds the ledger's file still for {@code tollroute backup}, which copies it. */
final class HoldFile {

  private final StillFile file;
  private final Optional<Path> key;

  /**
   * Holds {@code file}.
   *
   * @param key the file of the key with which the ledger is sealed, where there is one
   */
  HoldFile(StillFile file, Optional<Path> key) {
    this.file = file;
    this.key = key;
  }

  /** Begins; with {@code hold} goes on, and with {@code end} too ends it. */
  JsonNode answer(Question question) throws Objection, Refusal {
    JsonNode body = question.body(Set.of("hold", "end"));
    Optional<String> name = Question.optional(body, "hold");
    boolean end = Question.flag(body, "end");
    if (name.isEmpty()) {
      return begun(file.begin());
    }
    if (end) {
      file.end(name.get());
    } else {
      file.goOn(name.get());
    }
    return JsonNodeFactory.instance.objectNode().put("hold", name.get()).put("ended", end);
  }

  private ObjectNode begun(StillFile.Hold hold) {
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("hold", hold.name())
            .put("file", hold.file().toString())
            .put("identity", hold.identity());
    key.ifPresent(path -> answer.put("key", path.toString()));
    return answer;
  }
}
