package io.tollroute.corridor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.call.CallSlots;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.ledger.TokenProof;
import java.security.SecureRandom;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The name of a payer's share of a provider's rate")
class NameShareTest {

  private static final PaymentProof ONE = TokenProof.of("tok_one");
  private static final PaymentProof OTHER = TokenProof.of("tok_other");

  private final NameShare names = new NameShare(new SecureRandom());

  private static Optional<String> share(NameShare names, Optional<PaymentProof> proof) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    proof.ifPresent(sent -> CorridorSlots.PROOF.put(exchange, sent));
    names.process(exchange);
    return CallSlots.SHARE.find(exchange);
  }

  @Test
  void is_the_same_for_all_calls_of_one_holder_and_another_for_each() {
    Optional<String> first = share(names, Optional.of(ONE));

    assertThat(share(names, Optional.of(TokenProof.of("tok_one")))).isEqualTo(first);
    assertThat(share(names, Optional.of(OTHER))).isPresent().isNotEqualTo(first);
  }

  @Test
  void tells_nothing_of_the_holder_and_is_another_in_every_process() {
    String name = share(names, Optional.of(ONE)).orElseThrow();

    assertThat(name).matches("[0-9a-f]{32}");
    assertThat(ONE.holder()).doesNotContain(name);
    assertThat(share(new NameShare(new SecureRandom()), Optional.of(ONE)))
        .isPresent()
        .isNotEqualTo(Optional.of(name));
  }

  @Test
  void is_not_given_to_a_call_without_a_proof() {
    assertThat(share(names, Optional.empty())).isEmpty();
  }
}
