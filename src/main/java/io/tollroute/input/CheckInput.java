package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.answer.Envelope;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Says of an input whether a paid call with it would be worked on, with all that is wrong with it,
 * and what it would cost. Nothing is sent to the provider.
 */
public final class CheckInput implements Processor {

  private final InputValidator validator;
  private final Envelope envelope;

  /** Judges as {@code validator} does for a paid call, and answers in {@code envelope}. */
  public CheckInput(InputValidator validator, Envelope envelope) {
    this.validator = validator;
    this.envelope = envelope;
  }

  @Override
  public void process(Exchange exchange) {
    Service service = CatalogueSlots.SERVICE.of(exchange);
    ObjectNode input = InputSlots.INPUT.of(exchange);
    List<InputProblem> problems = new ArrayList<>(validator.problems(service, input));
    Price price = problems.isEmpty() ? price(service, input, problems) : service.price();
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("serviceId", service.id());
    data.put("valid", problems.isEmpty());
    ArrayNode told = data.putArray("problems");
    problems.forEach(
        problem ->
            told.addObject().put("param", problem.pointer()).put("message", problem.sentence()));
    data.putObject("price").put("currency", price.currency()).put("amount", price.text());
    exchange
        .getMessage()
        .setBody(
            envelope.success(
                data.toString().getBytes(StandardCharsets.UTF_8),
                CallSlots.REQUEST_ID.of(exchange)));
  }

  /** What a call with the input costs; the lowest price where so much is not sold. */
  private Price price(Service service, ObjectNode input, List<InputProblem> problems) {
    try {
      return service.pricedFor(validator.validate(service, input)).price();
    } catch (Refusal refusal) {
      problems.add(new InputProblem(refusal.param().orElse(""), refusal.sentence().orElse("")));
      return service.price();
    }
  }
}
