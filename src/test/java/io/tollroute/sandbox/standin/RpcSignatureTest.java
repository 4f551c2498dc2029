package io.tollroute.sandbox.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyuncs.auth.RpcSignatureComposer;
import com.aliyuncs.http.MethodType;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcSignatureTest {

  @Test
  @DisplayName("the example that Alibaba publishes has the published string and signature")
  void published_example() {
    Map<String, String> parameters =
        Map.of(
            "Action", "DescribeRegions",
            "AccessKeyId", "testid",
            "Format", "XML",
            "SignatureMethod", "HMAC-SHA1",
            "SignatureVersion", "1.0",
            "Version", "2014-05-26",
            "Timestamp", "2016-02-23T12:46:24Z",
            "SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf");

    RpcSignature signature = RpcSignature.of("GET", parameters);

    assertThat(signature.stringToSign())
        .isEqualTo(
            "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML"
                + "%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce"
                + "%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0"
                + "%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26");
    assertThat(signature.signedWith("testsecret")).isEqualTo("OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
  }

  @Test
  @DisplayName("spaces, stars, tildes and ampersands in a URL are signed as RFC 3986 writes them")
  void reserved_characters() {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("Action", "CompareFaceWithMask");
    parameters.put("Version", "2019-12-30");
    parameters.put("Format", "JSON");
    parameters.put("AccessKeyId", "example-id");
    parameters.put("SignatureMethod", "HMAC-SHA1");
    parameters.put("SignatureVersion", "1.0");
    parameters.put("SignatureNonce", "00000000-0000-4000-8000-000000000001");
    parameters.put("Timestamp", "2026-01-02T03:04:05Z");
    parameters.put("ImageURLA", "https://img.example.com/a b.jpg?x=1&y=*~");
    parameters.put("ImageURLB", "https://img.example.com/b.jpg");
    parameters.put("QualityScoreThreshold", "97.0");
    parameters.put("Signature", "is never part of what is signed");

    assertThat(RpcSignature.of("POST", parameters).signedWith("example-secret"))
        .isEqualTo("SO6I89QOrAajykDGBJ/6rOiGc7M=");
    assertThat(RpcSignature.percentEncode("a b.jpg?x=1&y=*~"))
        .isEqualTo("a%20b.jpg%3Fx%3D1%26y%3D%2A~");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a+b c%20d",
        "!*'();:@&=+$,/?#[]~-_.",
        "\u56fe\u50cf \ud83d\ude37",
        "line\r\nbreak\ttab",
        "\u007f\u0080\u00ff"
      })
  @DisplayName("it agrees with Alibaba's own SDK on every kind of character")
  void agrees_with_the_sdk(String value) throws Exception {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("Action", "CompareFaceWithMask");
    parameters.put("Imag\u00e9 " + value.length(), value);

    String expected =
        RpcSignatureComposer.getComposer()
            .composeStringToSign(MethodType.POST, null, null, parameters, null, null);

    assertThat(RpcSignature.of("POST", parameters).stringToSign()).isEqualTo(expected);
  }
}
