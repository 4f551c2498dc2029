package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.settings.SettingsTable;
import io.tollroute.web.OperatorSessions.ProxyHeader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The header in which a proxy says who an operator is")
class ProxyHeaderTest {

  private static ProxyHeader read(String header, String proxies) throws Exception {
    return ProxyHeader.of(
        Settings.resolve(
            SettingsTable.read(),
            Path.of("").toAbsolutePath(),
            true,
            Map.of(
                "TOLLROUTE_MANAGEMENT_PROXY_HEADER", header,
                "TOLLROUTE_MANAGEMENT_PROXIES", proxies),
            new Properties(),
            new Properties()));
  }

  @Test
  @DisplayName("is off unless it is named with the proxies that are believed")
  void usual() throws Exception {
    assertThat(read("", "").isSet()).isFalse();
    assertThat(read("X-Forwarded-User", "10.0.0.7, 192.168.1.0/24").isSet()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "X-Operator, '', tollroute.management.proxy-header",
    "'', 10.0.0.7, tollroute.management.proxies",
    "X-Operator, 0.0.0.0/0, tollroute.management.proxies",
    "X-Operator, '10.0.0.7, ::/0', tollroute.management.proxies",
    "X-Operator, 0.0.0.0/0.0.0.0, tollroute.management.proxies",
    "X-Operator, '10.0.0.7, *.*.*.*', tollroute.management.proxies",
    "X-Operator, 0-255.*, tollroute.management.proxies",
    "X-Operator, *:*, tollroute.management.proxies",
    "X-Operator, *, tollroute.management.proxies",
    "X-Operator, /8, tollroute.management.proxies",
    "X-Operator, proxy.example.com, tollroute.management.proxies",
    "X Operator, 10.0.0.7, tollroute.management.proxy-header",
    "Cookie, 10.0.0.7, tollroute.management.proxy-header",
    "user-agent, 10.0.0.7, tollroute.management.proxy-header",
    "Accept, 10.0.0.7, tollroute.management.proxy-header",
    "X-Forwarded-For, 10.0.0.7, tollroute.management.proxy-header",
    "x-real-ip, 10.0.0.7, tollroute.management.proxy-header",
    "Sec-Fetch-Site, 10.0.0.7, tollroute.management.proxy-header"
  })
  @DisplayName("is refused with one line where anybody could send it or nobody is believed")
  void refused(String header, String proxies, String setting) {
    assertThatThrownBy(() -> read(header, proxies))
        .isInstanceOf(SettingsFault.class)
        .hasMessageStartingWith(setting + ": ")
        .hasMessageNotContainingAny("\n");
  }
}
