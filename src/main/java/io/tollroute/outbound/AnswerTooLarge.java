package io.tollroute.outbound;

import java.io.IOException;

/** An answer was broken off because it is larger than whoever asked takes. */
public final class AnswerTooLarge extends IOException {

  private static final long serialVersionUID = 1L;

  AnswerTooLarge() {
    super("the answer is larger than allowed");
  }
}
