package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.x402.FacilitatorAuth.Credential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpResponse;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CdpTokenTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.750Z");
  private static final String KEY_ID = "organizations/1/apiKeys/2";
  private static final String URI_BOUND = "POST api.cdp.coinbase.com/platform/v2/x402/verify";

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final JsonMapper json = new JsonMapper();

  @Test
  @DisplayName("an Ed25519 secret signs a token of alg EdDSA that its public key verifies")
  void edwards() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

    String token = new CdpToken(KEY_ID, seedAndPublic(pair), clock).sign(URI_BOUND);

    assertThat(header(token).path("alg").asText()).isEqualTo("EdDSA");
    assertThat(verifies(token, pair.getPublic(), "Ed25519")).isTrue();
  }

  @Test
  @DisplayName("a PKCS 8 PEM of an EC key signs a token of alg ES256 that its public key verifies")
  void elliptic() throws Exception {
    KeyPair pair = ellipticPair("secp256r1");

    String token = new CdpToken(KEY_ID, pem("PRIVATE KEY", pkcs8(pair)), clock).sign(URI_BOUND);

    assertThat(header(token).path("alg").asText()).isEqualTo("ES256");
    assertThat(verifies(token, pair.getPublic(), "SHA256withECDSAinP1363Format")).isTrue();
  }

  @Test
  @DisplayName("the SEC 1 PEM that Coinbase hands out works too, also with its line ends escaped")
  void sec1() throws Exception {
    KeyPair pair = ellipticPair("secp256r1");
    String pem = pem("EC PRIVATE KEY", sec1(pair));

    for (String secret : new String[] {pem, pem.replace("\n", "\\n"), pem.replace("\n", "\r\n")}) {
      String token = new CdpToken(KEY_ID, secret, clock).sign(URI_BOUND);

      assertThat(verifies(token, pair.getPublic(), "SHA256withECDSAinP1363Format")).isTrue();
    }
  }

  @Test
  @DisplayName("a token names the key, is bound to one method and path, and lives for two minutes")
  void claims() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

    String token = new CdpToken(KEY_ID, seedAndPublic(pair), clock).sign(URI_BOUND);

    assertThat(header(token).path("kid").asText()).isEqualTo(KEY_ID);
    assertThat(header(token).path("typ").asText()).isEqualTo("JWT");
    JsonNode claims = part(token, 1);
    assertThat(claims.path("sub").asText()).isEqualTo(KEY_ID);
    assertThat(claims.path("iss").asText()).isEqualTo("cdp");
    assertThat(claims.path("aud")).hasSize(1).first().hasToString("\"cdp_service\"");
    assertThat(claims.path("uris")).hasSize(1).first().hasToString("\"" + URI_BOUND + "\"");
    long now = NOW.getEpochSecond();
    assertThat(claims.path("iat").longValue()).isEqualTo(now);
    assertThat(claims.path("nbf").longValue()).isEqualTo(now);
    assertThat(claims.path("exp").longValue()).isEqualTo(now + 120);
  }

  @Test
  @DisplayName("no two tokens have the same nonce")
  void nonces() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    CdpToken tokens = new CdpToken(KEY_ID, seedAndPublic(pair), clock);

    String first = header(tokens.sign(URI_BOUND)).path("nonce").asText();
    String second = header(tokens.sign(URI_BOUND)).path("nonce").asText();

    assertThat(first).matches("[0-9a-f]{32}").isNotEqualTo(second);
  }

  @Test
  @DisplayName("each request bears a token that is bound to its own method, host and path")
  void operations() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Credential credential = Credential.cdp(KEY_ID, seedAndPublic(pair), clock);

    try (Listener facilitator = new Listener()) {
      String base = facilitator.authority() + "/platform/v2/x402";
      FacilitatorAuth auth = new FacilitatorAuth(URI.create("http://" + base), credential);

      assertThat(bound(auth, facilitator, "POST", "/verify")).isEqualTo("POST " + base + "/verify");
      assertThat(bound(auth, facilitator, "POST", "/settle")).isEqualTo("POST " + base + "/settle");
      assertThat(bound(auth, facilitator, "GET", "/supported?page=2"))
          .isEqualTo("GET " + base + "/supported");
    }
  }

  /** What the token is bound to that comes with a request. */
  private String bound(FacilitatorAuth auth, Listener facilitator, String method, String operation)
      throws Exception {
    HttpClientBuilder builder = HttpClientBuilder.create();
    auth.within(bounds -> {}).configureHttpClient(builder);
    try (CloseableHttpClient client = builder.build()) {
      URI address =
          URI.create("http://" + facilitator.authority() + "/platform/v2/x402" + operation);
      client.execute(new HttpUriRequestBase(method, address), HttpResponse::getCode);
    }
    assertThat(facilitator.authorization.get()).startsWith("Bearer ");
    return part(facilitator.authorization.get().substring(7), 1).path("uris").path(0).asText();
  }

  /** Notes the Authorization of what comes. */
  private static final class Listener implements AutoCloseable {

    private final AtomicReference<String> authorization = new AtomicReference<>();
    private final HttpServer server;

    Listener() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
    }

    String authority() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  @DisplayName("without auth nothing is sent, with bearer the token")
  void other_kinds() {
    assertThat(Credential.none().authorization("POST", "x")).isEmpty();
    assertThat(Credential.bearer("abc").authorization("POST", "x")).contains("Bearer abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not base64!",
        "c2hvcnQ=",
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----"
      })
  @DisplayName("a secret that is no key is refused when it is configured, without being quoted")
  void no_key(String secret) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CdpToken(KEY_ID, secret, clock))
        .withMessageNotContaining("AAAA");
  }

  @Test
  @DisplayName("an EC key of another curve cannot sign ES256 and is refused")
  void other_curve() throws Exception {
    KeyPair pair = ellipticPair("secp384r1");

    for (String secret :
        List.of(pem("PRIVATE KEY", pkcs8(pair)), pem("EC PRIVATE KEY", sec1(pair)))) {
      assertThatIllegalArgumentException().isThrownBy(() -> new CdpToken(KEY_ID, secret, clock));
    }
  }

  private JsonNode header(String token) throws Exception {
    return part(token, 0);
  }

  private JsonNode part(String token, int index) throws Exception {
    assertThat(token).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    return json.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[index]));
  }

  private static boolean verifies(String token, PublicKey key, String algorithm)
      throws GeneralSecurityException {
    int end = token.lastIndexOf('.');
    Signature signature = Signature.getInstance(algorithm);
    signature.initVerify(key);
    signature.update(token.substring(0, end).getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
  }

  /** CDP's form: 32 bytes of seed, 32 bytes of public key. */
  private static String seedAndPublic(KeyPair pair) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow());
    byte[] encoded = pair.getPublic().getEncoded();
    bytes.writeBytes(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static KeyPair ellipticPair(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static byte[] pkcs8(KeyPair pair) {
    return pair.getPrivate().getEncoded();
  }

  /** As openssl writes it: with the curve inside. */
  private static byte[] sec1(KeyPair pair) throws Exception {
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8(pair));
    ECPrivateKey bare = ECPrivateKey.getInstance(info.parsePrivateKey());
    int bits =
        ((java.security.interfaces.ECKey) pair.getPrivate()).getParams().getOrder().bitLength();
    return new ECPrivateKey(bits, bare.getKey(), info.getPrivateKeyAlgorithm().getParameters())
        .getEncoded();
  }

  private static String pem(String label, byte[] encoded) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
