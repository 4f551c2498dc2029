package io.tollroute.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.tollroute.ledger.sql.Statements;
import io.tollroute.ledger.sql.TokenRows;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What keeps time from telling how far a guess agrees with a token: it is looked up by its hash,
 * and hashes of tokens that are almost alike have nothing in common.
 */
class TokenHashTest {

  private static final String TOKEN = "tok_" + "A".repeat(43);

  @Test
  @DisplayName("tokens that differ in one letter have hashes that have nothing in common")
  void unlike() {
    String hash = TokenHash.of(TOKEN).hex();
    for (int i = 0; i < TOKEN.length(); i++) {
      String near = TOKEN.substring(0, i) + "B" + TOKEN.substring(i + 1);
      String other = TokenHash.of(near).hex();
      int begin = 0;
      while (begin < hash.length() && hash.charAt(begin) == other.charAt(begin)) {
        begin++;
      }
      assertThat(begin).as(near).isLessThan(8);
    }
  }

  @Test
  @DisplayName("a hash is the same as itself, and as no beginning, case or neighbour of it")
  void same() {
    TokenHash hash = TokenHash.of(TOKEN);

    assertThat(hash.isSame(hash.hex())).isTrue();
    assertThat(hash.isSame(hash.hex().substring(0, 63))).isFalse();
    assertThat(hash.isSame(hash.hex() + "0")).isFalse();
    assertThat(hash.isSame("")).isFalse();
    assertThat(hash.isSame(hash.hex().toUpperCase(java.util.Locale.ROOT))).isFalse();
    assertThat(hash.isSame(TokenHash.of(TOKEN + "A").hex())).isFalse();
  }

  @Test
  @DisplayName("a token is found through its hash only, compared in constant time")
  void constantTime() {
    JavaClasses classes =
        new ClassFileImporter()
            .importClasses(TokenHash.class, TokenRows.class, MessageDigest.class);

    assertThat(callsOf(classes, TokenHash.class, "isSame", String.class))
        .contains("java.security.MessageDigest.isEqual")
        .doesNotContain("java.lang.String.equals", "java.util.Arrays.equals");
    assertThat(callsOf(classes, TokenRows.class, "ofToken", Statements.class, TokenHash.class))
        .contains("io.tollroute.ledger.TokenHash.isSame")
        .doesNotContain("java.lang.String.equals");
    assertThat(TokenProof.of(TOKEN).toString()).doesNotContain(TOKEN.substring(4, 12));
  }

  private static List<String> callsOf(
      JavaClasses classes, Class<?> type, String method, Class<?>... parameters) {
    return classes.get(type).getMethod(method, parameters).getMethodCallsFromSelf().stream()
        .map(call -> call.getTargetOwner().getFullName() + "." + call.getTarget().getName())
        .toList();
  }
}
