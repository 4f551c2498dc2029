package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.StaticCredentialsProvider;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.module.Finding;
import io.tollroute.module.Finding.Result;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsTable;
import io.tollroute.testing.FixedAnswer;
import io.tollroute.testing.Folders;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A look at Alibaba Cloud")
class AlibabaCheckTest {

  private static List<Finding> look(String endpoint, Set<String> unknown) throws Exception {
    List<Service> services = new ServiceFolder(Folders.FIRST_SERVICE).load().services();
    Settings settings =
        Settings.resolve(
            SettingsTable.read(),
            Path.of("").toAbsolutePath(),
            false,
            Map.of("TOLLROUTE_ALIBABA_ENDPOINT", endpoint),
            new Properties(),
            new Properties());
    AlibabaCredentials credentials =
        new AlibabaCredentials(
            new StaticCredentialsProvider(new BasicCredentials("some-id", "hush-hush")), unknown);
    return new AlibabaCheck(settings, credentials, services, Clock.systemUTC()).look();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "200, '', OK, taken for facebody",
    "400, ParameterError, OK, taken for facebody",
    "404, JobNotFound, OK, taken for facebody",
    "503, Throttling.User, OK, taken for facebody",
    "404, InvalidAccessKeyId.NotFound, FAIL, is not taken for facebody",
    "403, InvalidAccessKeyId.Inactive, FAIL, is not taken for facebody",
    "400, SignatureDoesNotMatch, FAIL, SignatureDoesNotMatch",
    "403, InvalidApi.NotPurchase, FAIL, may not use facebody",
    "403, Forbidden.RAM, FAIL, may not use facebody",
    "400, InvalidTimeStamp.Expired, FAIL, clock is wrong",
    "404, InvalidAction.NotFound, SKIP, is not said",
    "503, ServiceUnavailable, SKIP, is not said"
  })
  @DisplayName("goes by the code of the answer")
  void codes(int status, String code, Result result, String words) throws Exception {
    String body =
        code.isEmpty()
            ? "{\"RequestId\":\"r-1\",\"Data\":{\"Status\":\"QUEUING\"}}"
            : "{\"RequestId\":\"r-1\",\"Code\":\"" + code + "\",\"Message\":\"[pk=1] hush-hush\"}";
    try (FixedAnswer alibaba = new FixedAnswer(status, body, Map.of())) {
      assertThat(look(alibaba.url(), Set.of()))
          .singleElement()
          .satisfies(
              found -> {
                assertThat(found.result()).isEqualTo(result);
                assertThat(found.found()).contains(words);
                assertThat(found.toString()).doesNotContain("hush-hush", "some-id");
              });
    }
  }

  @ParameterizedTest
  @CsvSource({"200, <html>", "502, ''", "200, {}"})
  @DisplayName("takes nobody else's answer for one of Alibaba's")
  void somebodyElse(int status, String body) throws Exception {
    try (FixedAnswer other = new FixedAnswer(status, body, Map.of())) {
      assertThat(look(other.url(), Set.of()))
          .singleElement()
          .extracting(Finding::result)
          .isEqualTo(Result.FAIL);
    }
  }

  @Test
  @DisplayName("calls nobody with a key that is known to be nobody's")
  void sandboxKey() throws Exception {
    assertThat(look("http://127.0.0.1:1", Set.of("some-id")))
        .singleElement()
        .satisfies(found -> assertThat(found.found()).contains("is the sandbox's"));
  }

  @Test
  @DisplayName("says nothing where no service of it is on sale")
  void unused() throws Exception {
    Settings settings =
        Settings.resolve(
            SettingsTable.read(),
            Path.of("").toAbsolutePath(),
            false,
            Map.of(),
            new Properties(),
            new Properties());
    AlibabaCredentials credentials =
        new AlibabaCredentials(
            new StaticCredentialsProvider(new BasicCredentials("some-id", "hush-hush")));

    assertThat(new AlibabaCheck(settings, credentials, List.of(), Clock.systemUTC()).look())
        .isEmpty();
  }
}
