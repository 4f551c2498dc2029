package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import java.time.Instant;
import java.util.Set;

/** A way to sign a call. */
interface RpcSigning {

  /** A form, as all of Alibaba's clients send it. */
  String FORM = "application/x-www-form-urlencoded";

  /** What a call says of itself, which nobody may bring along among its parameters. */
  Set<String> COMMON =
      Set.of(
          "Action",
          "Version",
          "Format",
          "AccessKeyId",
          "SecurityToken",
          "SignatureMethod",
          "SignatureVersion",
          "SignatureNonce",
          "Signature",
          "Timestamp");

  /**
   * Signs a call of {@code action} with these parameters.
   *
   * @param host where it goes, as it stands in the Host header
   * @param nonce of this one try
   */
  SignedRpc sign(
      RpcAction action,
      String host,
      RpcParameters parameters,
      AlibabaCloudCredentials account,
      Instant time,
      String nonce);
}
