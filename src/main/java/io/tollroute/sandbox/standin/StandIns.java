package io.tollroute.sandbox.standin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.Processor;

/** The processors that {@code routes/sandbox} refers to. */
public final class StandIns {

  private static final String JSON_TYPE = "application/json";

  private final JsonMapper json = new JsonMapper();

  private StandIns() {}

  /**
   * One set of stand-ins with books of its own, to be bound in the registry before the routes load.
   *
   * @return processors by bean name
   */
  public static Map<String, Object> with(Clock clock) {
    return with(clock, (product, action) -> Optional.empty());
  }

  /** The same, whose Alibaba answers with {@code examples}. */
  static Map<String, Object> with(Clock clock, Alibaba.Examples examples) {
    StandIns beans = new StandIns();
    Facilitator facilitator = new Facilitator(clock);
    Alibaba alibaba = new Alibaba(clock, examples);
    return Map.of(
        "sandboxFacilitatorSupported",
        beans.answering(body -> new Facilitator.Answer(200, facilitator.supported())),
        "sandboxFacilitatorVerify",
        beans.answering(facilitator::verify),
        "sandboxFacilitatorSettle",
        beans.answering(facilitator::settle),
        "sandboxFacilitatorCounters",
        beans.answering(body -> new Facilitator.Answer(200, facilitator.counters())),
        "sandboxFacilitatorSettlements",
        beans.answering(body -> new Facilitator.Answer(200, facilitator.settlements())),
        "sandboxAlibaba",
        new AlibabaProcessor(alibaba),
        "sandboxAlibabaCounters",
        beans.answering(body -> new Facilitator.Answer(200, alibaba.counters())));
  }

  private Processor answering(Function<byte[], Facilitator.Answer> service) {
    return exchange -> {
      byte[] body = exchange.getIn().getBody(byte[].class);
      Facilitator.Answer answer = service.apply(body == null ? new byte[0] : body);
      StandInReply.write(exchange, answer.status(), JSON_TYPE, bytes(answer.body()));
    };
  }

  private byte[] bytes(JsonNode document) throws JsonProcessingException {
    return json.writeValueAsBytes(document);
  }
}
