package io.tollroute.sandbox.standin;

import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.standin.Alibaba.Call;
import io.tollroute.sandbox.standin.Alibaba.Parameter;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A CompareFaceWithMask call signed with ACS3 that a test may spoil before or after it is signed.
 */
final class Acs3Request {

  private final Map<String, String> headers = new TreeMap<>();
  private final Map<String, String> fields = new TreeMap<>();

  Acs3Request(Clock clock) {
    headers.put("host", "facebody.cn-shanghai.aliyuncs.com");
    headers.put("content-type", "application/x-www-form-urlencoded");
    headers.put("accept", "application/json");
    headers.put("x-acs-action", "CompareFaceWithMask");
    headers.put("x-acs-version", "2019-12-30");
    headers.put("x-acs-signature-nonce", UUID.randomUUID().toString());
    headers.put("x-acs-date", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    fields.put("ImageURLB", "https://example.com/b.jpg");
    fields.put("ImageURLA", "https://example.com/a.jpg?x=1&y=*~");
  }

  Acs3Request header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Acs3Request without(String name) {
    headers.remove(name);
    return this;
  }

  Acs3Request field(String name, String value) {
    fields.put(name, value);
    return this;
  }

  /** Signs what is there but {@code accept}; what changes later is not covered. */
  Acs3Request signed() {
    return signed(
        headers.keySet().stream()
            .filter(name -> !name.equals("accept") && !name.equals("authorization"))
            .toList());
  }

  /** Signs these headers and the body. */
  Acs3Request signed(List<String> names) {
    String hash = Acs3Signature.sha256(call().body());
    headers.put("x-acs-content-sha256", hash);
    List<String> all = new ArrayList<>(names);
    if (!all.contains("x-acs-content-sha256")) {
      all.add("x-acs-content-sha256");
    }
    all.sort(null);
    Acs3Signature signature = Acs3Signature.of("POST", "", headers, all, hash);
    return header(
        "authorization",
        "ACS3-HMAC-SHA256 Credential="
            + SandboxAccount.ACCESS_KEY_ID
            + ",SignedHeaders="
            + String.join(";", all)
            + ",Signature="
            + signature.signedWith(SandboxAccount.ACCESS_KEY_SECRET));
  }

  Call call() {
    List<Parameter> form = new ArrayList<>();
    fields.forEach((name, value) -> form.add(new Parameter(name, value)));
    return Call.of(Map.copyOf(headers), List.of(), form);
  }
}
