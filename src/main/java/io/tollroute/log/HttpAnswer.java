package io.tollroute.log;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What an HTTP answer says of itself, fit for a log: status, where it sends the caller, and what
 * kind of text it is. Nothing of its body, and nothing of an address that may be a key.
 *
 * @param status the HTTP status; 0 when there was no answer
 * @param location scheme, host and path that it sends to, where a star stands for what may be a
 *     key; empty without
 * @param type media type; empty without
 */
public record HttpAnswer(int status, String location, String type) {

  private static final Pattern TYPE = Pattern.compile("[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]-]{1,120}");

  /** What cannot be a key in a path: words that such addresses have, and numbers of versions. */
  private static final Pattern WORD =
      Pattern.compile(
          "x402|facilitator|supported|verify|settle|settlements|api|rpc|platform|public|login|auth"
              + "|v?[0-9]{1,3}|");

  /** Parts of a path that are told; the rest is one star. */
  private static final int MOST_PARTS = 9;

  /** The answer that the message of {@code exchange} holds. */
  public static HttpAnswer of(Exchange exchange) {
    Message message = exchange.getMessage();
    return new HttpAnswer(
        message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class),
        place(message.getHeader("Location", "", String.class)),
        type(message.getHeader(Exchange.CONTENT_TYPE, "", String.class)));
  }

  /** An answer of which only status and headers are left. */
  public static HttpAnswer of(int status, Map<String, String> headers) {
    return new HttpAnswer(
        status, place(header(headers, "Location")), type(header(headers, Exchange.CONTENT_TYPE)));
  }

  private static String header(Map<String, String> headers, String name) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  /** Scheme, host and path of an address; what may be a key in it is a star. */
  private static String place(String address) {
    if (address.isEmpty()) {
      return "";
    }
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      return "unreadable";
    }
    String path =
        uri.getRawPath() == null
            ? ""
            : Arrays.stream(uri.getRawPath().split("/", MOST_PARTS))
                .map(part -> WORD.matcher(part).matches() ? part : "*")
                .collect(Collectors.joining("/"));
    String host = uri.getHost() == null ? "" : uri.getHost();
    if (!HOST.matcher(host).matches()) {
      return path;
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return (uri.getScheme() == null ? "" : uri.getScheme() + ":") + "//" + host + port + path;
  }

  private static String type(String header) {
    String type = header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return TYPE.matcher(type).matches() ? type : "";
  }

  /** Whether it is a page for people. */
  public boolean isPage() {
    return type.equals("text/html") || type.equals("application/xhtml+xml");
  }

  @Override
  public String toString() {
    return "status="
        + status
        + (location.isEmpty() ? "" : " location=" + location)
        + (type.isEmpty() ? "" : " type=" + type);
  }
}
