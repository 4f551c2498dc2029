package io.tollroute.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;

/**
 * A HEAD as everything behind the door sees it: a GET (RFC 9110 section 9.3.2). What it answers
 * goes out without its body, which the server sees to; only its length has to be said here.
 */
final class HeadRequest extends HttpServerRequestWrapper {

  private final HttpServerResponse response;

  private HeadRequest(HttpServerRequestInternal request) {
    super(request);
    this.response = measured(request.response());
  }

  /** The request itself, or what a HEAD is to be taken for. */
  static HttpServerRequest orSame(HttpServerRequest request) {
    return request.method().equals(HttpMethod.HEAD)
            && request instanceof HttpServerRequestInternal head
        ? new HeadRequest(head)
        : request;
  }

  @Override
  public HttpMethod method() {
    return HttpMethod.GET;
  }

  @Override
  public HttpServerResponse response() {
    return response;
  }

  private static HttpServerResponse measured(HttpServerResponse response) {
    return (HttpServerResponse)
        Proxy.newProxyInstance(
            HeadRequest.class.getClassLoader(),
            new Class<?>[] {HttpServerResponse.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("end") && arguments != null && !response.headWritten()) {
                measure(response, arguments[0]);
              }
              Object result = invoke(response, method, arguments);
              return result == response ? proxy : result;
            });
  }

  private static void measure(HttpServerResponse response, Object body) {
    int length = -1;
    if (body instanceof Buffer bytes) {
      length = bytes.length();
    } else if (body instanceof String text) {
      length = text.getBytes(StandardCharsets.UTF_8).length;
    }
    if (length >= 0 && !response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
    }
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
