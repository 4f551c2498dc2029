package io.tollroute.alibaba;

import com.aliyuncs.auth.AcsURLEncoder;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;

/** Writes parameters as a form, encoded as RFC 3986 has it: what is signed is what is sent. */
final class RpcForm {

  private RpcForm() {}

  static byte[] write(Map<String, String> parameters) {
    return text(parameters).getBytes(StandardCharsets.US_ASCII);
  }

  /** The same as a text, which is a query too. */
  static String text(Map<String, String> parameters) {
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
}
