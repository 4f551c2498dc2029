package io.tollroute.catalog;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.ServiceRule.Offence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a service file says of its price, beyond what its schema can check. */
final class TariffFile {

  private static final BigDecimal TOO_MUCH = new BigDecimal(1_000_000);
  private static final String POINTER = "/price/per/pointer";
  private static final Set<String> MEASURED = Set.of("array", "integer", "number");

  private final JsonNode price;
  private final JsonNode inputSchema;

  /** Reads the price of the file of this {@code root}, which meets its schema. */
  TariffFile(JsonNode root) {
    this.price = root.path("price");
    this.inputSchema = root.path("inputSchema");
  }

  /** What is wrong with it; empty when it can be read. */
  List<Offence> offences() {
    List<Offence> found = new ArrayList<>();
    boolean byInput = price.has("per");
    if (amount(price).signum() == 0 && !byInput) {
      found.add(new Offence("/price/amount", "is above zero where nothing comes to it by input"));
    }
    if (byInput) {
      per(price.get("per"), found);
    }
    if (price.at("/free").has("wallets") && !price.at("/free/by").asText().equals("wallet")) {
      found.add(new Offence("/price/free/wallets", "goes with by: wallet"));
    }
    if (price.has("volume")) {
      if (byInput) {
        found.add(new Offence("/price/volume", "cannot stand beside per: say one of them"));
      } else if (found.isEmpty()) {
        volume(found);
      }
    }
    return found;
  }

  private void per(JsonNode per, List<Offence> found) {
    String pointer = per.get("pointer").textValue();
    try {
      Optional<JsonNode> measured = measured(per);
      if (measured.isPresent()) {
        per(per, measured.get(), found);
      } else {
        found.add(new Offence(POINTER, pointer + " is no property of inputSchema"));
      }
    } catch (LocalReferences.Fault fault) {
      found.add(new Offence(POINTER, pointer + " " + fault.getMessage()));
    }
  }

  private void per(JsonNode per, JsonNode measured, List<Offence> found) {
    Set<String> types = types(measured);
    if (types.stream().noneMatch(MEASURED::contains)) {
      found.add(new Offence(POINTER, "names neither an array nor a number of inputSchema"));
    }
    if (types.contains("array") && per.has("unit")) {
      found.add(new Offence("/price/per/unit", "is of numbers; the items of an array are counted"));
    }
    BigDecimal cap =
        amount(price).add(amount(per).multiply(BigDecimal.valueOf(per.get("upTo").intValue())));
    if (cap.compareTo(TOO_MUCH) >= 0) {
      found.add(new Offence("/price/per/upTo", "makes the highest price a million or more"));
    }
    if (usual(per, measured).isEmpty()) {
      found.add(new Offence("/price/per/upTo", "is below the default of what the pointer names"));
    }
  }

  private void volume(List<Offence> found) {
    int calls = 1;
    BigDecimal each = amount(price);
    for (int i = 0; i < price.get("volume").size(); i++) {
      JsonNode step = price.get("volume").get(i);
      String at = "/price/volume/" + i;
      if (step.get("calls").intValue() <= calls) {
        found.add(new Offence(at + "/calls", "is more than of the step before, and than 1"));
        return;
      }
      calls = step.get("calls").intValue();
      Optional<Price> one = each(step);
      if (one.isEmpty()) {
        found.add(
            new Offence(at + "/amount", "divided by its calls is no price of up to six decimals"));
        return;
      }
      if (one.get().amount().compareTo(each) >= 0) {
        found.add(new Offence(at + "/amount", "makes no call cheaper than before"));
        return;
      }
      each = one.get().amount();
    }
  }

  /** The tariff of a file that has no offences. */
  Tariff read() {
    List<Tariff.Step> steps = new ArrayList<>();
    price
        .path("volume")
        .forEach(
            step ->
                steps.add(new Tariff.Step(step.get("calls").intValue(), each(step).orElseThrow())));
    Optional<PerInput> per =
        Optional.ofNullable(price.get("per"))
            .map(
                said ->
                    new PerInput(
                        said.get("pointer").textValue(),
                        amount(said),
                        unit(said),
                        said.get("upTo").intValue(),
                        absent(said)));
    return new Tariff(
        price.get("currency").textValue(),
        amount(price),
        per,
        steps,
        Optional.ofNullable(price.get("free")).map(TariffFile::allowance));
  }

  private static Allowance allowance(JsonNode free) {
    int calls = free.get("calls").intValue();
    return free.path("by").asText().equals("wallet")
        ? Allowance.ofWallets(calls, free.path("wallets").asInt(Allowance.USUAL_WALLETS))
        : Allowance.ofAddresses(calls);
  }

  private Optional<Price> each(JsonNode step) {
    try {
      return Optional.of(
          new Price(
              price.get("currency").textValue(),
              amount(step).divide(BigDecimal.valueOf(step.get("calls").intValue()))));
    } catch (ArithmeticException | IllegalArgumentException endlessOrTooFine) {
      return Optional.empty();
    }
  }

  /**
   * The schema of what the price goes by; empty when it is no property.
   *
   * @throws LocalReferences.Fault when a reference on the way leads nowhere
   */
  private Optional<JsonNode> measured(JsonNode per) throws LocalReferences.Fault {
    LocalReferences references = new LocalReferences(inputSchema);
    JsonNode schema = references.followed(inputSchema);
    for (JsonPointer rest = JsonPointer.compile(per.get("pointer").textValue());
        !rest.matches();
        rest = rest.tail()) {
      schema = references.followed(schema.path("properties").path(rest.getMatchingProperty()));
    }
    return Optional.of(schema).filter(JsonNode::isObject);
  }

  /** How many units an input has that leaves out what the price goes by. */
  private int absent(JsonNode per) {
    try {
      return measured(per).flatMap(schema -> usual(per, schema)).orElse(0);
    } catch (LocalReferences.Fault offence) {
      throw new IllegalStateException("a file with offences is not read", offence);
    }
  }

  private static Set<String> types(JsonNode schema) {
    Set<String> types = new TreeSet<>();
    JsonNode type = schema.path("type");
    if (type.isTextual()) {
      types.add(type.textValue());
    }
    type.forEach(each -> types.add(each.asText()));
    return types;
  }

  /** How many an input has that leaves them out: those of the schema's default. */
  private static Optional<Integer> usual(JsonNode per, JsonNode schema) {
    JsonNode usual = schema.path("default");
    return usual.isMissingNode()
        ? Optional.of(0)
        : PerInput.measure(usual, unit(per), per.get("upTo").intValue());
  }

  private static BigDecimal unit(JsonNode per) {
    return per.has("unit") ? per.get("unit").decimalValue() : BigDecimal.ONE;
  }

  private static BigDecimal amount(JsonNode node) {
    return new BigDecimal(node.get("amount").textValue());
  }
}
