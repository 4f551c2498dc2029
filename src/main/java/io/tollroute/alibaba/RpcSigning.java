package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import java.time.Instant;
import java.util.SortedMap;

/** A way to sign a call. */
interface RpcSigning {

  /** A form, as all of Alibaba's clients send it. */
  String FORM = "application/x-www-form-urlencoded";

  /**
   * Signs a call of {@code action} with these parameters.
   *
   * @param host where it goes, as it stands in the Host header
   * @param nonce of this one try
   */
  SignedRpc sign(
      RpcAction action,
      String host,
      SortedMap<String, String> parameters,
      AlibabaCloudCredentials account,
      Instant time,
      String nonce);
}
