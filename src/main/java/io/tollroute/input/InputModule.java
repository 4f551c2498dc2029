package io.tollroute.input;

import io.tollroute.module.Assembly;
import io.tollroute.module.Module;

/** Makes what reads and checks a request. */
public final class InputModule implements Module {

  @Override
  public void assemble(Assembly assembly) {
    RequestReader reader = new RequestReader(RequestReader.DEFAULT_LIMIT);
    InputValidator validator = assembly.provide(InputValidator.class, new InputValidator());
    assembly.bean("readRequest", new ReadRequest(reader));
    assembly.bean("refuseMisplacedToken", new RefuseMisplacedToken(reader));
    assembly.bean("validateInput", new ValidateInput(validator));
  }
}
