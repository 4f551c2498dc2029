package io.tollroute.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicUrlTest {

  private PublicUrl publicUrl;

  @BeforeEach
  void read() throws IOException {
    publicUrl = PublicUrl.read();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "https://example.com/image.jpg",
        "http://example.com",
        "HTTPS://EXAMPLE.com/A.JPG",
        "https://example.com?x=1",
        "https://example.com:443/a",
        "http://example.com:80/a",
        "http://example.com:8080/a",
        "https://example.com:8443/a",
        "https://bucket.oss-cn-shanghai.aliyuncs.com/a%20b.jpg?Expires=1&Signature=a%2Bb%3D&x=~*!'()",
        "https://cdn.example.com/path/@2x/a;b=c,d.png?u=user@example.com",
        "https://1.1.1.1/a.jpg",
        "http://172.15.255.255/a.jpg",
        "http://172.32.0.0/a.jpg",
        "http://100.63.255.255/",
        "http://100.128.0.0/",
        "https://[2606:4700:4700::1111]/a.jpg",
        "https://[2400:3200::1]:8443/a.jpg",
        "https://localhost.example.com/a.jpg",
        "https://10.0.0.1.example.com/a.jpg",
        "https://xn--mnchen-3ya.de/a.jpg",
        "https://xn--fiqs8s.xn--fiqs8s/a.jpg",
        "https://1e100.net/a.jpg",
        "https://a--b.example.com/a.jpg",
      })
  void public_addresses_are_accepted(String url) {
    assertThat(publicUrl.objection(url)).isEmpty();
  }

  @DisplayName("loopback and unspecified addresses in every spelling are refused")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "foo.localhost",
        "foo.localhost.",
        "localhost.localdomain",
        "0.0.0.0",
        "0",
        "00",
        "0.0",
        "0.0.0.0.",
        "127.0.0.1.",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[0000:0000:0000:0000:0000:0000:0000:0001]",
        "[::]",
        "[0::0]",
        "[::0.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::FFFF:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "[::127.0.0.1]",
        "[::7f00:1]",
        "[::ffff:0:127.0.0.1]",
        "[::1%25lo]",
        "[::1%lo]",
        "127.0.0.1.nip.io",
        "localtest.me",
        "www.localtest.me",
      })
  void loopback(String host) {
    refused(host);
  }

  @DisplayName("decimal, octal, hexadecimal and short IPv4 addresses are refused")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2130706433",
        "0177.1",
        "0x7f.1",
        "127.1",
        "127.0.1",
        "0x7f000001",
        "0X7F000001",
        "0x7f.0x0.0x0.0x1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.01",
        "127.0.0.0x1",
        "127.0.0.1.0x",
        "foo.0x10",
        "foo.1",
        "256.256.256.256",
        "1.2.3.4.5",
        "999999999999999999999",
        "08.8.8.8",
        "134744072",
        "0x08080808",
        "8.8.2056",
        "%31%32%37.0.0.1",
        "127%2e0%2e0%2e1",
        "0x",
        "1.1.1.*",
        "1.1.1.1-2",
        "1.1.1.1,10.0.0.1",
        "1..1.1.1",
        "\uff11\uff12\uff17.0.0.1",
        "127\u30020\u30020\u30021",
        "\u2460\u2461\u2466.0.0.1",
      })
  void disguised(String host) {
    Optional<String> objection = publicUrl.objection("https://" + host);
    assertThat(objection).isPresent();
  }

  @DisplayName("private, shared, link-local, translated and reserved addresses are refused")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "169.254.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.175.48.1",
        "[2620:4f:8000::1]",
        "[100:0:0:1::1]",
        "[fe80::1%25eth0]",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "0.1.2.3",
        "[fd00::1]",
        "[fd00:ec2::254]",
        "[fc00::1]",
        "[fe80::1]",
        "[febf::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[64:ff9b::8.8.8.8]",
        "[64:ff9b:1::a00:1]",
        "[2002:a00:1::]",
        "[2002:7f00:1::1]",
        "[2001::1]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
        "[2001:db8::1]",
        "[2001:2::1]",
        "[2001:10::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[4000::1]",
        "[100::1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:8.8.8.8]",
        "[::10.0.0.1]",
      })
  void internal(String host) {
    refused(host);
  }

  @DisplayName("metadata services and names that only mean something inside are refused")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "100.100.100.200",
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "[::ffff:100.100.100.200]",
        "[::ffff:a9fe:a9fe]",
        "metadata",
        "metadata.google.internal",
        "METADATA.Google.Internal",
        "metadata.google.internal.",
        "instance-data",
        "instance-data.ec2.internal",
        "metadata.tencentyun.com",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        "printer.local",
        "wiki.corp",
        "router.lan",
        "nas.home.arpa",
        "db",
        "169.254.169.254.nip.io",
        "a9fea9fe.sslip.io",
      })
  void metadata(String host) {
    refused(host);
  }

  @DisplayName("a name that leads into a network, or nowhere, is refused")
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "special use, image.alt",
    "special use, 1.0.0.10.in-addr.arpa",
    "special use, 8.e.f.ip6.arpa",
    "special use, nas.home.arpa",
    "special use, ipv4only.arpa",
    "special use, resolver.arpa",
    "special use, _dns.resolver.arpa",
    "special use, pictures.example",
    "special use, pictures.invalid",
    "special use, printer.local",
    "special use, app.localhost",
    "special use, abcdefghijklmnop.onion",
    "special use, shop.test",
    "special use, SHOP.TEST",
    "special use, shop.test.",
    "private network, wiki.corp",
    "private network, nas.home",
    "private network, metadata.google.internal",
    "private network, instance-data.ec2.internal",
    "private network, wiki.intranet",
    "private network, router.lan",
    "private network, a.mail",
    "private network, a.private",
    "resolver, web.service.consul",
    "resolver, web.default.svc",
    "resolver, fritz.box",
    "resolver, localhost.localdomain",
    "one label, instance-data",
    "one label, metadata",
    "object storage, oss-cn-shanghai-internal.aliyuncs.com",
    "object storage, OSS-cn-Shanghai-INTERNAL.AliyunCS.com",
    "object storage, bucket.oss-cn-shanghai-internal.aliyuncs.com",
    "object storage, bucket.oss-us-west-1-internal.aliyuncs.com",
    "object storage, bucket.oss-cn-shanghai-internal.aliyuncs.com.",
    "object storage, a-internal.oss-cn-shanghai-internal.aliyuncs.com",
    "object storage, bucket.vpc100-oss-cn-hangzhou.aliyuncs.com",
    "object storage, ap-01-1.oss-cn-hangzhou-internal.oss-accesspoint.aliyuncs.com",
    "object storage, bucket.cn-hangzhou-internal.oss.aliyuncs.com",
    "product inside a VPC, facebody-vpc.cn-shanghai.aliyuncs.com",
    "product inside a VPC, ecs.vpc-proxy.aliyuncs.com",
    "product inside a VPC, linkedmall.vpc-proxy.aliyuncs.com",
    "product inside a VPC, 1234.cn-hangzhou-internal.fc.aliyuncs.com",
    "product inside a VPC, project.cn-hangzhou-intranet.log.aliyuncs.com",
    "product inside a VPC, project.cn-hangzhou-share.log.aliyuncs.com",
    "product inside a VPC, mine.cn-hangzhou.vpc.tablestore.aliyuncs.com",
    "product inside a VPC, mine.cn-hangzhou.vpc.ots.aliyuncs.com",
    "product inside a VPC, dh-cn-hangzhou-int-vpc.aliyuncs.com",
    "product inside a VPC, dh-cn-hangzhou.aliyun-inc.com",
    "product inside a VPC, ep-1.epsrv-2.cn-hangzhou.privatelink.aliyuncs.com",
    "product inside a VPC, a.internal.aliyuncs.com",
    "product inside a VPC, rm-1.mysql.rds.aliyuncs.com",
    "product inside a VPC, r-1.m.cnhz.kvstore.aliyuncs.com",
    "other cloud, vpce-1.s3.us-east-1.vpce.amazonaws.com",
    "other cloud, internal-lb-1.us-east-1.elb.amazonaws.com",
    "other cloud, vm.a1.bx.internal.cloudapp.net",
    "other cloud, account.privatelink.blob.core.windows.net",
    "other cloud, vm.subnet.vcn.oraclevcn.com",
    "other cloud, metadata.tencentyun.com",
    "other cloud, b.cos-internal.ap-guangzhou.tencentcos.cn",
    "embedded address, nip.io",
    "embedded address, 10.0.0.1.nip.io",
    "embedded address, 10-0-0-1.nip.io",
    "embedded address, app-10-0-0-1.nip.io",
    "embedded address, 0a000001.nip.io",
    "embedded address, app.0A000001.NIP.IO",
    "embedded address, 169-254-169-254.sslip.io",
    "embedded address, 0--1.sslip.io",
    "embedded address, 10.0.0.1.xip.io",
    "embedded address, 10-0-0-1.traefik.me",
    "embedded address, 10-0-0-1.my.local-ip.co",
    "embedded address, 10-0-0-1.0123456789abcdef0123456789abcdef.plex.direct",
    "this machine, www.lvh.me",
    "this machine, localtest.me",
    "this machine, a.vcap.me",
    "this machine, a.localhost.direct",
    "this machine, a.lacolhost.com",
    "this machine, a.lndo.site",
    "this machine, a.ddev.site",
    "this machine, spoofed.burpcollaborator.net",
    "changing address, 7f000001.c0a80001.rbndr.us",
    "changing address, make-1.2.3.4-rebind-169.254-169.254-rr.1u.ms",
  })
  void leads_inside(String kind, String host) {
    refused(host);
  }

  @DisplayName("a public name that only looks like a refused one is accepted")
  @ParameterizedTest
  @ValueSource(
      strings = {
        // where Alibaba's own example pictures are
        "viapi-test.oss-cn-shanghai.aliyuncs.com",
        "bucket.oss-cn-shanghai.aliyuncs.com",
        "bucket.oss-accelerate.aliyuncs.com",
        "bucket.cn-shanghai.oss.aliyuncs.com",
        // the name of a bucket is its owner's
        "my-vpc.oss-cn-shanghai.aliyuncs.com",
        "my-internal.oss-cn-shanghai.aliyuncs.com",
        "internal.oss-cn-shanghai.aliyuncs.com",
        "my-internal.cn-shanghai.oss.aliyuncs.com",
        "1234.cn-hangzhou.fc.aliyuncs.com",
        "oss-cn-shanghai-internal.aliyuncs.com.example.com",
        "oss-internal.notaliyuncs.com",
        "bucket.s3.us-east-1.amazonaws.com",
        "internal.s3.amazonaws.com",
        "account.blob.core.windows.net",
        "bucket.cos.ap-guangzhou.myqcloud.com",
        "example.com",
        "img.example.net",
        "img.example.org",
        "mynip.io",
        "nip.io.example.com",
        "xip.com",
        "test.com",
        "alt.org",
        "internal.de",
        "local.ch",
        "invalid.net",
        "home.example.com",
        "latest.dev",
        "mailcorp.com",
        "10-0-0-1.example.com",
      })
  void near_misses(String host) {
    for (String url : new String[] {"http://" + host, "https://" + host + "/a.jpg?b=c"}) {
      assertThat(publicUrl.objection(url)).as(url).isEmpty();
    }
  }

  @Test
  void every_group_of_refused_hosts_says_why_where_it_stands_and_as_of_when() throws IOException {
    assertThat(new YAMLMapper().readTree(getClass().getResourceAsStream("/refused-hosts.yaml")))
        .isNotEmpty()
        .allSatisfy(
            group -> {
              assertThat(group.required("what").textValue()).isNotBlank();
              assertThat(group.required("source").textValue()).isNotBlank();
              assertThat(group.required("written").textValue()).matches("20\\d\\d-\\d\\d-\\d\\d");
              assertThat(group.has("names")).isNotEqualTo(group.has("blocks"));
            });
  }

  @DisplayName("every name that is listed is refused, and every name below it")
  @ParameterizedTest
  @MethodSource("listed")
  void listed_names(String name) {
    refused(name.replace("*", "a1") + (name.contains(".") ? "" : "."));
    refused("pictures." + name.replace("*", "a1"));
  }

  static Stream<String> listed() throws IOException {
    List<String> names = new ArrayList<>();
    new YAMLMapper()
        .readTree(PublicUrlTest.class.getResourceAsStream("/refused-hosts.yaml"))
        .forEach(group -> group.path("names").forEach(name -> names.add(name.textValue())));
    return names.stream();
  }

  @DisplayName("whatever readers of URLs disagree about is refused")
  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {
        "",
        " ",
        "example.com/a.jpg",
        "//example.com/a.jpg",
        "ftp://example.com/a.jpg",
        "file:///etc/passwd",
        "gopher://example.com/",
        "data:image/png;base64,AAAA",
        "jar:https://example.com/a.jar!/a",
        "javascript:alert(1)",
        "https:example.com",
        "https:/example.com",
        "https:///example.com",
        "https://",
        "https://?a",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com#@127.0.0.1/",
        "https://127.0.0.1#@example.com/",
        "https://example.com/a.jpg#part",
        "https://example.com\\@127.0.0.1/",
        "https:\\\\example.com",
        "https://example.com\\.evil.example/",
        "https://example.com/a\\b",
        "https://example.com/a b.jpg",
        " https://example.com/",
        "https://example.com/ ",
        "https://example.com/\r\nHost: evil",
        "https://example.com/\n",
        "https://example.com/\t",
        "https://example.com/\u0000",
        "https://example.com/\u007f",
        "https://example.com/%0d%0aHost:%20evil",
        "https://example.com/%00.jpg",
        "https://exa%6Dple.com/",
        "https://example.com%2f@127.0.0.1/",
        "https://example.com/\u9762.jpg",
        "https://\u9762.example.com/",
        "https://example.com/\u2028",
        "https://ex\u00adample.com/",
        "https://example.com./",
        "https://.example.com/",
        "https://example..com/",
        "https://-example.com/",
        "https://example-.com/",
        "https://exam_ple.com/",
        "https://xn--localhost-/",
        "https://xn--.example.com/",
        "https://xn--a.example.com/",
        "https://example.c/",
        "https://example.c0m/",
        "https://example.com:/a",
        "https://example.com:22/",
        "https://example.com:6379/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:080/",
        "https://example.com:80:80/",
        "https://example.com:+80/",
        "https://[2606:4700:4700::1111/",
        "https://2606:4700:4700::1111/",
        "https://[2606:4700:4700::1111]x/",
        "https://[]/",
        "https://[v1.a]/",
        "https://[2606:4700::*]/",
        "https://[2606:4700::/32]/",
        "https://[2606:4700:4700::1111%25eth0]/",
        "https://[127.0.0.1]/",
        "https://example.com/a|b",
        "https://example.com/<script>",
        "https://example.com/\"",
        "https://example.com/{a}",
        "https://example.com/%zz",
        "https://example.com/${jndi:ldap://x}",
      })
  void ambiguous(String url) {
    assertThat(publicUrl.objection(url)).isPresent();
  }

  @DisplayName("a punycode name that some reader takes for an ASCII name is refused")
  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54, full-width localhost",
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3, circled localhost",
    "\uff11\uff12\uff17, full-width digits",
    "a\u3002b, another dot inside a label",
    "a\uff0eb, a full-width dot inside a label",
  })
  void disguised_in_punycode(String label, String what) {
    String encoded = "xn--" + Punycode.encode(label);

    assertThat(publicUrl.objection("https://" + encoded + ".example.com/"))
        .as("%s, %s", what, encoded)
        .isPresent();
  }

  @Test
  void the_punycode_these_tests_write_is_punycode() {
    assertThat(Punycode.encode("m\u00fcnchen")).isEqualTo("mnchen-3ya");
    assertThat(Punycode.encode("\u4e2d\u56fd")).isEqualTo("fiqs8s");
  }

  @Test
  void a_url_may_be_2048_characters_long_and_no_longer() {
    String url = "https://example.com/" + "a".repeat(2048 - 20);

    assertThat(publicUrl.objection(url)).isEmpty();
    assertThat(publicUrl.objection(url + "a")).isPresent();
  }

  @Test
  @Timeout(60)
  @DisplayName("a text of the largest body's size is judged in no time")
  void bounded() {
    for (int i = 0; i < 200; i++) {
      assertThat(publicUrl.objection("https://" + "a.".repeat(1000) + "b")).isPresent();
      assertThat(publicUrl.objection("https://[" + ":".repeat(2000) + "]")).isPresent();
      assertThat(publicUrl.objection("https://" + "1.".repeat(1000) + "1")).isPresent();
      assertThat(publicUrl.objection("https://example.com/" + "%0".repeat(30_000))).isPresent();
    }
  }

  private void refused(String host) {
    for (String url :
        new String[] {
          "http://" + host, "https://" + host + "/a.jpg", "https://" + host + ":8443/a.jpg?b=c"
        }) {
      assertThat(publicUrl.objection(url))
          .as(url)
          .hasValueSatisfying(
              sentence -> assertThat(sentence).doesNotContain(host.replaceAll("[\\[\\]]", "")));
    }
  }

  /** RFC 3492 without the check of what is encoded, which java.net.IDN does not leave out. */
  private static final class Punycode {

    static String encode(String input) {
      int n = 128;
      int delta = 0;
      int bias = 72;
      StringBuilder out = new StringBuilder();
      input.chars().filter(c -> c < 128).forEach(c -> out.append((char) c));
      int basic = out.length();
      int handled = basic;
      if (basic > 0) {
        out.append('-');
      }
      while (handled < input.length()) {
        int floor = n;
        int next = input.chars().filter(c -> c >= floor).min().orElseThrow();
        delta += (next - n) * (handled + 1);
        n = next;
        for (int c : input.chars().toArray()) {
          if (c < n) {
            delta++;
          } else if (c == n) {
            int q = delta;
            for (int k = 36; ; k += 36) {
              int t = Math.max(1, Math.min(26, k - bias));
              if (q < t) {
                break;
              }
              out.append(digit(t + (q - t) % (36 - t)));
              q = (q - t) / (36 - t);
            }
            out.append(digit(q));
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            handled++;
          }
        }
        delta++;
        n++;
      }
      return out.toString();
    }

    private static int adapt(int delta, int points, boolean first) {
      int d = first ? delta / 700 : delta / 2;
      d += d / points;
      int k = 0;
      while (d > 455) {
        d /= 35;
        k += 36;
      }
      return k + 36 * d / (d + 38);
    }

    private static char digit(int value) {
      return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }
  }
}
