package io.tollroute.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** Takes the place of HTTP: the route files reach the facilitator and the chain's node with it. */
final class StandIns extends DefaultComponent {

  static final String SCHEME = "stand-in";

  private final ObjectMapper json = new ObjectMapper();
  private final Supplier<World> world;

  StandIns(Supplier<World> world) {
    this.world = world;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    parameters.clear();
    return new Address(uri, remaining);
  }

  private final class Address extends DefaultEndpoint {

    private final String place;

    Address(String uri, String place) {
      super(uri, StandIns.this);
      this.place = place;
    }

    @Override
    public Producer createProducer() {
      return new DefaultProducer(this) {
        @Override
        public void process(Exchange exchange) throws Exception {
          JsonNode question = json.readTree(exchange.getMessage().getBody(byte[].class));
          world.get().point("before " + place);
          JsonNode answer = answer(world.get().bank(), question);
          exchange.getMessage().setBody(json.writeValueAsBytes(answer));
          world.get().point("after " + place);
        }
      };
    }

    private JsonNode answer(Bank bank, JsonNode question) throws Exception {
      return switch (place) {
        case "facilitator/verify" -> bank.verify(question);
        case "facilitator/settle" -> bank.settle(question);
        default -> bank.chain(question);
      };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isLenientProperties() {
      return true;
    }
  }
}
