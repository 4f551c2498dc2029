package io.tollroute.allowance;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.catalog.Allowance;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.corridor.PaymentTerms;
import io.tollroute.input.InputValidator;
import io.tollroute.input.RequestReader;
import io.tollroute.ledger.TokenBook;
import io.tollroute.limit.CallerAddress;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.seal.CallerNames;
import io.tollroute.settings.Settings;
import io.tollroute.x402.SignIn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes calls for nothing a way to pay, which needs no proof: the ledger counts them. */
public final class AllowanceModule implements Module {

  private static final PaymentCarrier CARRIER =
      new PaymentCarrier(
          FreeProof.METHOD,
          List.of(),
          List.of(),
          List.of("X-Free-Calls"),
          new PaymentCarrier.Mcp(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(
                  new PaymentCarrier.Field(
                      "io.tollroute/free-calls", PaymentCarrier.Encoding.JSON)),
              ""));

  @Override
  public void announce(Assembly assembly) {
    assembly.contribute(PaymentCarrier.class, CARRIER);
  }

  @Override
  public void assemble(Assembly assembly) {
    Settings settings = assembly.settings();
    assembly.contribute(
        PaymentMethod.class,
        new PaymentMethod(
            CARRIER, true, List.of(), Optional.of(new FreeRestorer()), terms(), Optional.empty()));
    assembly.bean(
        "freeCall",
        new FreeCall(
            new RequestReader(RequestReader.DEFAULT_LIMIT),
            assembly.require(InputValidator.class),
            new CallerAddress(settings.text("tollroute.http.trusted-proxies")),
            assembly.require(CallerNames.class),
            assembly.require(SignIn.class),
            assembly.require(TokenBook.class),
            assembly.clock(),
            inFlight(settings)));
  }

  /** Half of the threads that paid calls leave: with the others a price can always be asked. */
  private static int inFlight(Settings settings) {
    int left =
        settings.whole("tollroute.http.workers")
            - settings.whole("tollroute.http.max-paid-in-flight");
    return Math.max(1, left / 2);
  }

  /** Says in a 402 how many there are a day. */
  private static PaymentTerms terms() {
    return (sold, refusal) ->
        new PaymentTerms.Part(
            Map.of(),
            sold.offered().tariff().free().map(AllowanceModule::members).orElse(new byte[0]));
  }

  private static byte[] members(Allowance free) {
    ObjectNode said =
        JsonNodeFactory.instance.objectNode().put("calls", free.calls()).put("per", "day");
    if (free.isOfWallets()) {
      said.put("by", "wallet");
    }
    return ("\"free\":" + said).getBytes(StandardCharsets.UTF_8);
  }
}
