package io.tollroute.probe;

import io.tollroute.call.Refusal;
import io.tollroute.call.TokenShape;
import io.tollroute.catalog.Service;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.Probes;
import io.tollroute.ledger.TokenBook;
import io.tollroute.ledger.TokenHash;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Issues the tokens that probes are paid with: for one call, at no price. */
final class ProbeTokens {

  private static final int TOKEN_BYTES = 32;
  private static final int ID_DIGITS = 40;

  private final TokenBook book;
  private final SecureRandom random;

  ProbeTokens(TokenBook book, SecureRandom random) {
    this.book = book;
    this.random = random;
  }

  /**
   * A token that nobody has but the caller.
   *
   * @param until seconds since the epoch up to which it is good
   * @throws Refusal {@code ledger_unavailable}
   */
  String issue(Service service, long until) throws Refusal {
    byte[] drawn = new byte[TOKEN_BYTES];
    random.nextBytes(drawn);
    String token =
        TokenShape.PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
    TokenHash hash = TokenHash.of(token);
    String id = Probes.PROVIDER + "_" + hash.hex().substring(0, ID_DIGITS);
    book.allow(
        new NewToken(
            id,
            hash,
            service.id(),
            0,
            service.price().currency(),
            1,
            Optional.empty(),
            Probes.PROVIDER,
            Optional.empty(),
            until),
        List.of(id));
    return token;
  }
}
