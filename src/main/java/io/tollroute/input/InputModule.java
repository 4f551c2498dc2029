package io.tollroute.input;

import io.tollroute.answer.Envelope;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import java.io.IOException;

/** Makes what reads and checks a request. */
public final class InputModule implements Module {

  @Override
  public void assemble(Assembly assembly) throws IOException {
    RequestReader reader = new RequestReader(RequestReader.DEFAULT_LIMIT);
    InputValidator validator =
        assembly.provide(InputValidator.class, new InputValidator(PublicUrl.read()));
    assembly.bean("readRequest", new ReadRequest(reader));
    assembly.bean("refuseMisplacedToken", new RefuseMisplacedToken(reader));
    assembly.bean(
        "priceByInput",
        new PriceByInput(
            reader,
            validator,
            PaymentCarrier.proofNames(assembly.contributions(PaymentCarrier.class))));
    assembly.bean("validateInput", new ValidateInput(validator));
    assembly.bean("checkInput", new CheckInput(validator, assembly.require(Envelope.class)));
  }
}
