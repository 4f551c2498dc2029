package io.tollroute.purchase;

import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.input.AddressRule;
import io.tollroute.input.DocumentRules;
import io.tollroute.input.InputValidator;
import io.tollroute.input.RequestSchema;
import io.tollroute.input.ValidateDocument;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.payment.AnswerSeal;
import io.tollroute.payment.PaymentBook;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.util.List;

/** Makes the steps in which tokens are ordered, paid, shown and given for what is owed. */
public final class PurchaseModule implements Module {

  private static final long DAY_SECONDS = 24L * 3600;
  private static final DocumentRules PAYER = new AddressRule("payer");

  @Override
  public void assemble(Assembly assembly) throws IOException {
    Settings settings = assembly.settings();
    InputValidator validator = assembly.require(InputValidator.class);
    assembly.bean(
        "validateCredit",
        new ValidateDocument(validator.rules(RequestSchema.read("credit.schema.json")).and(PAYER)));
    assembly.beans(
        new Counter(
                assembly.require(LiveCatalogue.class),
                validator.rules(RequestSchema.read("payment.schema.json")).and(PAYER),
                assembly.require(PaymentBook.class),
                assembly.require(AnswerSeal.class),
                new Counter.Rules(
                    List.of(settings.text("tollroute.payments.providers").split(" *, *")),
                    settings.whole("tollroute.payments.max-calls"),
                    settings.whole("tollroute.payments.pending-seconds"),
                    settings.whole("tollroute.payments.valid-days") * DAY_SECONDS,
                    settings.text("tollroute.x402.pay-to"),
                    settings.optional("tollroute.payments.manual.instructions").orElse("")),
                assembly.random(),
                assembly.clock())
            .steps());
  }
}
