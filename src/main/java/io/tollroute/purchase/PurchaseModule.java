package io.tollroute.purchase;

import io.tollroute.call.PaymentCarrier;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.ProductKind;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.input.AddressRule;
import io.tollroute.input.DocumentRules;
import io.tollroute.input.InputValidator;
import io.tollroute.input.RequestSchema;
import io.tollroute.input.ValidateDocument;
import io.tollroute.ledger.TokenBook;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.seal.AnswerSeal;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Makes the steps in which tokens are ordered, paid, shown and given for what is owed. */
public final class PurchaseModule implements Module {

  private static final long DAY_SECONDS = 24L * 3600;
  private static final DocumentRules PAYER = new AddressRule("payer");

  /** What buyers send and get who have bought a token. */
  public static final PaymentCarrier CARRIER =
      new PaymentCarrier(
          "token",
          List.of(new PaymentCarrier.Header("X-Payment-Token", "")),
          List.of(),
          List.of("X-Payment-Receipt"),
          new PaymentCarrier.Mcp(
              Optional.of(
                  new PaymentCarrier.Argument(
                      "paymentToken",
                      "Payment token bought for this service. Leave it out to get the terms, or"
                          + " when the client pays by itself.")),
              Optional.empty(),
              Optional.empty(),
              Optional.of(
                  new PaymentCarrier.Field("io.tollroute/receipt", PaymentCarrier.Encoding.JSON)),
              ""));

  @Override
  public void announce(Assembly assembly) {
    assembly.contribute(PaymentCarrier.class, CARRIER);
    assembly.contribute(ProductKind.class, new ProductKind(TokenOffer.KIND));
  }

  @Override
  public void assemble(Assembly assembly) throws IOException {
    Settings settings = assembly.settings();
    List<PaymentMethod> settling =
        assembly.contributions(PaymentMethod.class).stream()
            .filter(method -> !method.prepaid())
            .toList();
    assembly.contribute(
        PaymentMethod.class,
        new PaymentMethod(
            CARRIER,
            true,
            List.of(new TokenReader(), new BearerReader()),
            Optional.of(new TokenRestorer(CARRIER.method())),
            new TokenTerms(
                assembly.contributions(PaymentCarrier.class),
                settling,
                settings.text("tollroute.public-url")),
            Optional.empty()));
    InputValidator validator = assembly.require(InputValidator.class);
    assembly.bean(
        "validateCredit",
        new ValidateDocument(validator.rules(RequestSchema.read("credit.schema.json")).and(PAYER)));
    assembly.beans(
        new TokenSale(
                assembly.require(LiveCatalogue.class),
                validator.rules(RequestSchema.read("payment.schema.json")).and(PAYER),
                assembly.require(TokenBook.class),
                assembly.require(AnswerSeal.class),
                new TokenSale.Rules(
                    List.of(settings.text("tollroute.payments.providers").split(" *, *")),
                    settings.whole("tollroute.payments.max-calls"),
                    settings.whole("tollroute.payments.pending-seconds"),
                    settings.whole("tollroute.payments.valid-days") * DAY_SECONDS,
                    settling,
                    settings.optional("tollroute.payments.manual.instructions").orElse("")),
                assembly.random(),
                assembly.clock())
            .steps());
  }
}
