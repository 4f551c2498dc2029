package io.tollroute.alibaba;

import com.aliyuncs.auth.AcsURLEncoder;
import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.auth.RpcSignatureComposer;
import com.aliyuncs.auth.Signer;
import com.aliyuncs.http.MethodType;
import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.call.Refusal;
import io.tollroute.input.Input;
import java.io.UnsupportedEncodingException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the input a signed form body (Alibaba Cloud RPC, signature version 1.0, HMAC-SHA1), with a
 * nonce and a time of its own each time it is called, so a repeat is never a replay.
 *
 * <p>Everything travels in the body: the address is constant and no secret stands in it.
 */
public final class SignRpc implements Processor {

  private final AlibabaCredentials credentials;
  private final Clock clock;

  /** Signs with {@code credentials} at the time of {@code clock}. */
  public SignRpc(AlibabaCredentials credentials, Clock clock) {
    this.credentials = credentials;
    this.clock = clock;
  }

  /**
   * Writes the body.
   *
   * @throws Refusal {@code provider_failed} without credentials
   */
  @Override
  public void process(Exchange exchange) throws Refusal {
    Map<String, String> parameters = new TreeMap<>();
    Input.INPUT
        .of(exchange)
        .properties()
        .forEach(field -> parameters.put(field.getKey(), text(field.getValue())));
    exchange
        .getMessage()
        .setBody(
            sign(
                Rpc.ACTION.of(exchange),
                parameters,
                credentials.current(),
                UUID.randomUUID().toString()));
  }

  /** The form body of a call; {@code parameters} are completed with the common ones. */
  String sign(
      RpcAction action,
      Map<String, String> parameters,
      AlibabaCloudCredentials account,
      String nonce) {
    Signer signer = Signer.getSigner(account);
    Map<String, String> all = new TreeMap<>(parameters);
    all.put("Action", action.action());
    all.put("Version", action.version());
    all.put("Format", "JSON");
    all.put("AccessKeyId", account.getAccessKeyId());
    all.put("SignatureMethod", signer.getSignerName());
    all.put("SignatureVersion", signer.getSignerVersion());
    all.put("SignatureNonce", nonce);
    all.put("Timestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    if (account instanceof BasicSessionCredentials session) {
      all.put("SecurityToken", session.getSessionToken());
    }
    all.put("Signature", signature(MethodType.POST, all, account));
    return form(all);
  }

  /** The signature over all parameters of a call, wherever they travel. */
  static String signature(
      MethodType method, Map<String, String> parameters, AlibabaCloudCredentials account) {
    Signer signer = Signer.getSigner(account);
    String toSign =
        RpcSignatureComposer.getComposer()
            .composeStringToSign(method, null, signer, parameters, null, null);
    return signer.signString(toSign, account.getAccessKeySecret() + "&");
  }

  private static String form(Map<String, String> parameters) {
    StringJoiner form = new StringJoiner("&");
    parameters.forEach((name, value) -> form.add(encode(name) + "=" + encode(value)));
    return form.toString();
  }

  private static String encode(String text) {
    try {
      return AcsURLEncoder.percentEncode(text);
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("UTF-8 is part of every JDK", e);
    }
  }

  /** Numbers travel in plain decimals: 1E-5 is not one for Alibaba. */
  private static String text(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    if (value.isContainerNode()) {
      return value.toString();
    }
    return value.asText();
  }
}
