package io.tollroute.sandbox.standin;

import io.tollroute.sandbox.SandboxAccount;
import io.tollroute.sandbox.standin.Alibaba.Parameter;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** A signed CompareFaceWithMask call that a test may spoil before or after it is signed. */
final class RpcRequest {

  private final Map<String, String> parameters = new LinkedHashMap<>();

  RpcRequest(Clock clock) {
    with("Action", "CompareFaceWithMask");
    with("Version", "2019-12-30");
    with("Format", "JSON");
    with("AccessKeyId", SandboxAccount.ACCESS_KEY_ID);
    with("SignatureMethod", "HMAC-SHA1");
    with("SignatureVersion", "1.0");
    with("SignatureNonce", UUID.randomUUID().toString());
    with("Timestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    with("ImageURLA", "https://example.com/a.jpg?x=1&y=*~");
    with("ImageURLB", "https://example.com/b.jpg");
  }

  RpcRequest with(String name, String value) {
    parameters.put(name, value);
    return this;
  }

  RpcRequest without(String name) {
    parameters.remove(name);
    return this;
  }

  /** Signs what is there; what changes later is not covered. */
  RpcRequest signed() {
    return with(
        "Signature",
        RpcSignature.of("POST", parameters).signedWith(SandboxAccount.ACCESS_KEY_SECRET));
  }

  List<Parameter> parameters() {
    List<Parameter> list = new ArrayList<>();
    parameters.forEach((name, value) -> list.add(new Parameter(name, value)));
    return list;
  }

  String form() {
    return parameters.entrySet().stream()
        .map(
            field ->
                RpcSignature.percentEncode(field.getKey())
                    + "="
                    + RpcSignature.percentEncode(field.getValue()))
        .collect(Collectors.joining("&"));
  }
}
