package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.auth.DefaultCredentialsProvider;
import com.aliyuncs.auth.ECSMetadataServiceCredentialsFetcher;
import com.aliyuncs.auth.InstanceProfileCredentialsProvider;
import com.aliyuncs.auth.URLCredentialsProvider;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import com.aliyuncs.utils.AuthUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollroute.call.Refusal;
import io.tollroute.testing.LogLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlibabaCredentialsTest {

  /** A source of the SDK that a test replaces while it is in use. */
  private static final class Source implements AlibabaCloudCredentialsProvider {

    private AlibabaCloudCredentialsProvider now;

    Source(AlibabaCloudCredentialsProvider first) {
      now = first;
    }

    @Override
    public AlibabaCloudCredentials getCredentials() throws ClientException {
      return now.getCredentials();
    }
  }

  private HttpServer metadata;

  @BeforeEach
  void open() throws IOException {
    metadata = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    metadata.createContext("/", AlibabaCredentialsTest::answer);
    metadata.start();
  }

  @AfterEach
  void close() {
    metadata.stop(0);
    System.clearProperty("alibabacloud.accessKeyId");
    System.clearProperty("alibabacloud.accessKeySecret");
    AuthUtils.setEnvironmentAccessKeyId(null);
    AuthUtils.setEnvironmentAccessKeySecret(null);
    AuthUtils.setEnvironmentSecurityToken(null);
    AuthUtils.setEnvironmentCredentialsFile(null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", " ", "\t", "\u00a0", "\ufeff", "\u200b", " \n\n"})
  @DisplayName("What a mounted file leaves at the end of a credential does no harm")
  void lineEnds(String end) throws Exception {
    AlibabaCredentials key =
        new AlibabaCredentials(() -> new BasicCredentials("id" + end, end + "secret" + end));
    AlibabaCredentials session =
        new AlibabaCredentials(
            () -> new BasicSessionCredentials("id" + end, "secret" + end, "token" + end));
    AlibabaCredentials blank = new AlibabaCredentials(() -> new BasicCredentials("id", end));

    assertThat(key.lacking()).isEmpty();
    assertThat(session.lacking()).isEmpty();
    assertThat(blank.lacking()).isPresent();
    assertThat(key.current().getAccessKeyId()).isEqualTo("id");
    assertThat(key.current().getAccessKeySecret()).isEqualTo("secret");
    assertThat(session.current().getAccessKeySecret()).isEqualTo("secret");
    assertThat(((BasicSessionCredentials) session.current()).getSessionToken()).isEqualTo("token");
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body =
        (exchange.getRequestURI().getPath().endsWith("/token")
                ? "metadata-token"
                : "{\"Code\":\"Success\",\"AccessKeyId\":\"STS.of-the-role\","
                    + "\"AccessKeySecret\":\"role-secret\",\"SecurityToken\":\"role-token\","
                    + "\"Expiration\":\"2099-01-01T00:00:00Z\","
                    + "\"LastUpdated\":\"2026-01-01T00:00:00Z\"}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String host() {
    return "127.0.0.1:" + metadata.getAddress().getPort();
  }

  @Test
  @DisplayName("fresh credentials take the place of old ones")
  void refreshed() throws Refusal {
    Source source = new Source(() -> new BasicCredentials("first", "s"));
    AlibabaCredentials credentials = new AlibabaCredentials(source);
    assertThat(credentials.lacking()).isEmpty();

    source.now = () -> new BasicSessionCredentials("second", "s", "t");
    credentials.refresh();

    assertThat(credentials.current().getAccessKeyId()).isEqualTo("second");
  }

  @Test
  @DisplayName("while the source fails, in whatever way, the last good ones stay")
  void last_good() throws Refusal {
    Source source = new Source(() -> new BasicCredentials("good", "s"));
    AlibabaCredentials credentials = new AlibabaCredentials(source);
    assertThat(credentials.lacking()).isEmpty();

    for (AlibabaCloudCredentialsProvider failing :
        new AlibabaCloudCredentialsProvider[] {
          () -> {
            throw new ClientException("SDK.ServerUnreachable", "metadata service is down");
          },
          () -> {
            throw new IllegalStateException("a bug of the SDK");
          },
          () -> null
        }) {
      source.now = failing;
      credentials.refresh();

      assertThat(credentials.lacking()).isEmpty();
      assertThat(credentials.current().getAccessKeyId()).isEqualTo("good");
    }
  }

  @Test
  @DisplayName("before the first ones a call is refused as the provider's failure")
  void none() {
    AlibabaCredentials credentials =
        new AlibabaCredentials(
            () -> {
              throw new ClientException("no source");
            });

    assertThat(credentials.lacking())
        .hasValueSatisfying(
            line -> assertThat(line).startsWith("ALIBABA_CLOUD_ACCESS_KEY_ID: no credentials"));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(credentials::current)
        .satisfies(refusal -> assertThat(refusal.word()).isEqualTo("provider_failed"));
  }

  @Test
  @DisplayName("a source that quotes what it read is not quoted in the log, but reported")
  void unquoted() {
    Source source = new Source(() -> new BasicCredentials("good", "s"));
    AlibabaCredentials credentials = new AlibabaCredentials(source);
    assertThat(credentials.lacking()).isEmpty();
    source.now =
        () -> {
          throw new ClientException("cannot parse access_key_secret=verysecret");
        };

    try (LogLines log = LogLines.capture()) {
      credentials.refresh();

      assertThat(log.lines()).anyMatch(line -> line.contains("alert=alibaba_credentials"));
      assertThat(log.lines()).noneMatch(line -> line.contains("verysecret"));
    }
  }

  @Test
  @DisplayName("while no service needs them the source is not asked, and nobody is told of it")
  void unneeded() {
    AlibabaCredentials credentials =
        new AlibabaCredentials(
            () -> {
              throw new AssertionError("it was asked");
            });

    try (LogLines log = LogLines.capture()) {
      credentials.refresh();

      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  @DisplayName("ones that come later are found when they are asked for again")
  void later() {
    Source source =
        new Source(
            () -> {
              throw new ClientException("no source");
            });
    AlibabaCredentials credentials = new AlibabaCredentials(source);
    assertThat(credentials.lacking()).isPresent();

    source.now = () -> new BasicCredentials("good", "s");

    assertThat(credentials.lacking()).isEmpty();
  }

  @Test
  @DisplayName("a key of which Alibaba Cloud knows nothing is as good as none")
  void unknownToAlibaba() {
    AlibabaCredentials credentials =
        new AlibabaCredentials(() -> new BasicCredentials("play-money", "s"), Set.of("play-money"));

    assertThat(credentials.lacking())
        .contains("ALIBABA_CLOUD_ACCESS_KEY_ID: is the sandbox's, which Alibaba does not know");
  }

  @Test
  @DisplayName("the SDK's chain finds the system properties")
  void system_properties() throws Exception {
    System.setProperty("alibabacloud.accessKeyId", "of-the-properties");
    System.setProperty("alibabacloud.accessKeySecret", "s");

    assertThat(fromChain().getAccessKeyId()).isEqualTo("of-the-properties");
  }

  @Test
  @DisplayName("the SDK's chain finds the environment, a session token included")
  void environment() throws Exception {
    AuthUtils.setEnvironmentAccessKeyId("STS.of-the-environment");
    AuthUtils.setEnvironmentAccessKeySecret("s");
    AuthUtils.setEnvironmentSecurityToken("token");

    assertThat(fromChain())
        .isInstanceOfSatisfying(
            BasicSessionCredentials.class,
            session -> {
              assertThat(session.getAccessKeyId()).isEqualTo("STS.of-the-environment");
              assertThat(session.getSessionToken()).isEqualTo("token");
            });
  }

  @Test
  @DisplayName("the SDK's chain finds a profile file")
  void profile(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("credentials"),
            "[default]\nenable = true\ntype = access_key\n"
                + "access_key_id = of-the-profile\naccess_key_secret = s\n");
    AuthUtils.setEnvironmentCredentialsFile(file.toString());

    assertThat(fromChain().getAccessKeyId()).isEqualTo("of-the-profile");
  }

  @Test
  @DisplayName("the role of an ECS instance works as a source")
  @SuppressWarnings("deprecation") // the host of the metadata service can be set in no other way
  void instance_role() throws Exception {
    ECSMetadataServiceCredentialsFetcher fetcher =
        new ECSMetadataServiceCredentialsFetcher("role", false, 1000, 1000)
            .withECSMetadataServiceHost(host());

    AlibabaCloudCredentials found =
        refreshedFrom(new InstanceProfileCredentialsProvider("role").withFetcher(fetcher));

    assertThat(found.getAccessKeyId()).isEqualTo("STS.of-the-role");
    assertThat(found).isInstanceOf(BasicSessionCredentials.class);
  }

  @Test
  @DisplayName("a credentials URL works as a source")
  void url() throws Exception {
    AlibabaCloudCredentials found =
        refreshedFrom(
            URLCredentialsProvider.builder().credentialsURI("http://" + host() + "/sts").build());

    assertThat(found.getAccessKeyId()).isEqualTo("STS.of-the-role");
  }

  @Test
  @DisplayName(
      "sources behind https (OIDC, URL) find the SDK's host name verifier on the class path")
  void https() throws Exception {
    try (ServerSocket hangingUp = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread acceptor = new Thread(() -> hangUpOnEveryone(hangingUp));
      acceptor.setDaemon(true);
      acceptor.start();

      assertThatExceptionOfType(ClientException.class)
          .isThrownBy(
              () ->
                  URLCredentialsProvider.builder()
                      .credentialsURI("https://127.0.0.1:" + hangingUp.getLocalPort() + "/sts")
                      .build()
                      .getCredentials());
    }
  }

  @Test
  @DisplayName("the SDK's own client, by which roles are assumed, finds all it needs")
  void assumed_role() throws Exception {
    CommonRequest request = new CommonRequest();
    request.setSysMethod(MethodType.POST);
    request.setSysProtocol(ProtocolType.HTTP);
    request.setSysDomain(host());
    request.setSysVersion("2015-04-01");
    request.setSysAction("AssumeRole");

    String answer =
        new DefaultAcsClient(DefaultProfile.getProfile("cn-shanghai", "id", "secret"))
            .getCommonResponse(request)
            .getData();

    assertThat(answer).contains("STS.of-the-role");
  }

  private static void hangUpOnEveryone(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        server.accept().close();
      } catch (IOException closed) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(closed);
        }
      }
    }
  }

  private static AlibabaCloudCredentials fromChain() throws Exception {
    return refreshedFrom(new DefaultCredentialsProvider());
  }

  private static AlibabaCloudCredentials refreshedFrom(AlibabaCloudCredentialsProvider source)
      throws Refusal {
    AlibabaCredentials credentials = new AlibabaCredentials(source);
    assertThat(credentials.lacking()).isEmpty();
    return credentials.current();
  }
}
