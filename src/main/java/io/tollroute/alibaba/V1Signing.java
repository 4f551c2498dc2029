package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.auth.RpcSignatureComposer;
import com.aliyuncs.auth.Signer;
import com.aliyuncs.http.MethodType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/**
 * Signature version 1.0 (HMAC-SHA1), which Alibaba calls discontinued, by Alibaba's own SDK. Key,
 * nonce and signature travel in the body with the parameters.
 */
final class V1Signing implements RpcSigning {

  @Override
  public SignedRpc sign(
      RpcAction action,
      String host,
      RpcParameters parameters,
      AlibabaCloudCredentials account,
      Instant time,
      String nonce) {
    Signer signer = Signer.getSigner(account);
    RpcParameters own = parameters.without(COMMON::contains);
    Map<String, String> all = new TreeMap<>(own.form());
    all.put("Action", action.action());
    all.put("Version", action.version());
    all.put("Format", "JSON");
    all.put("AccessKeyId", account.getAccessKeyId());
    all.put("SignatureMethod", signer.getSignerName());
    all.put("SignatureVersion", signer.getSignerVersion());
    all.put("SignatureNonce", nonce);
    all.put("Timestamp", time.truncatedTo(ChronoUnit.SECONDS).toString());
    if (account instanceof BasicSessionCredentials session) {
      all.put("SecurityToken", session.getSessionToken());
    }
    Map<String, String> signed = new TreeMap<>(own.query());
    signed.putAll(all);
    all.put("Signature", signature(MethodType.POST, signed, account));
    return new SignedRpc(
        RpcForm.text(own.query()), RpcForm.write(all), Map.of("Content-Type", FORM));
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
}
