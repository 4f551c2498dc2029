package io.tollroute.x402;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.catalog.PerInput;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Tariff;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A tariff as it is written down with what was offered. */
final class WrittenTariff {

  private WrittenTariff() {}

  /** Empty where every call costs the same, as the price says that already. */
  static Optional<ObjectNode> of(Tariff tariff) {
    if (tariff.per().isEmpty() && tariff.volume().isEmpty()) {
      return Optional.empty();
    }
    ObjectNode written = JsonNodeFactory.instance.objectNode();
    written.put("base", tariff.base().toPlainString());
    tariff
        .per()
        .ifPresent(
            per ->
                written
                    .putObject("per")
                    .put("pointer", per.pointer())
                    .put("amount", per.amount().toPlainString())
                    .put("unit", per.unit().toPlainString())
                    .put("upTo", per.upTo())
                    .put("absent", per.absent()));
    if (!tariff.volume().isEmpty()) {
      tariff
          .volume()
          .forEach(
              step ->
                  written
                      .withArray("volume")
                      .addObject()
                      .put("calls", step.calls())
                      .put("each", step.each().text()));
    }
    return Optional.of(written);
  }

  /**
   * Reads one.
   *
   * @param price of a call without an input
   * @throws IllegalArgumentException when it cannot be understood
   */
  static Tariff read(JsonNode written, Price price) {
    if (!written.isObject()) {
      return Tariff.of(price);
    }
    List<Tariff.Step> steps = new ArrayList<>();
    for (JsonNode step : written.path("volume")) {
      Price each = new Price(price.currency(), new BigDecimal(step.path("each").asText()));
      steps.add(new Tariff.Step(step.path("calls").asInt(), each));
    }
    return new Tariff(
        price.currency(),
        new BigDecimal(written.path("base").asText()),
        Optional.ofNullable(written.get("per")).map(WrittenTariff::per),
        steps,
        // whatever it was, it is no part of a price that was offered
        Optional.empty());
  }

  private static PerInput per(JsonNode per) {
    return new PerInput(
        per.path("pointer").asText(),
        new BigDecimal(per.path("amount").asText()),
        new BigDecimal(per.path("unit").asText()),
        per.path("upTo").asInt(),
        per.path("absent").asInt());
  }
}
