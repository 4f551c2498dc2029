package io.tollroute.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.sandbox.MutableClock;
import io.tollroute.sandbox.SandboxChain;
import io.tollroute.sandbox.standin.ScriptedSeller;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StoryTest {

  private final MutableClock clock = new MutableClock();
  private final ScriptedSeller seller = new ScriptedSeller(clock);
  private final StringWriter out = new StringWriter();

  @AfterEach
  void stop() {
    seller.close();
  }

  @Test
  @DisplayName("the story tells the 402, the signing, the paid call, the answer and the balances")
  void happy() throws Exception {
    assertThat(tell()).isTrue();

    assertThat(out.toString())
        .containsSubsequence(
            "1. A call without payment",
            "HTTP 402",
            "0.20 USD (200000 units)",
            SandboxChain.PAY_TO,
            "2. The payment",
            "0x784Ec0247cA7f7a1450F77F84e7daCB154eA0bab",
            "3. The same call, paid",
            "https://example.com/a.jpg",
            "4. The answer",
            "HTTP 200",
            "Simulated",
            "transaction",
            "1000.00 -> 999.80 USD",
            "0.00 -> 0.20 USD");
    assertThat(seller.asked).as("the first call is really made").hasSize(1);
  }

  @Test
  @DisplayName("a story without an answer is no success")
  void refused() throws Exception {
    seller.script.add(ScriptedSeller.refuse(502, "no", Optional.empty()));

    assertThat(tell()).isFalse();
    assertThat(out.toString()).contains("HTTP 502", "1000.00 -> 1000.00 USD");
  }

  @Test
  @DisplayName("a story with nobody to buy from is no success")
  void nobody_there() throws Exception {
    seller.close();

    assertThat(tell()).isFalse();
    assertThat(out.toString()).contains("does not answer");
  }

  private boolean tell() throws InterruptedException {
    return new Story(seller.base(), "masked-face-comparison", clock, new PrintWriter(out, true))
        .tell();
  }
}
