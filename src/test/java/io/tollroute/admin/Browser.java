package io.tollroute.admin;

import io.tollroute.testing.Shop;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a browser does with the operator's pages: keeps the cookie, fills in what a form hides. */
final class Browser {

  private static final Pattern FORM_TOKEN =
      Pattern.compile("name=\"form-token\" value=\"([^\"]+)\"");

  private final Shop shop;
  private final URI base;
  private Optional<String> cookie = Optional.empty();

  private Browser(Shop shop, URI base) {
    this.shop = shop;
    this.base = base;
  }

  /** One that has not signed in. */
  static Browser at(Shop shop) {
    return new Browser(shop, shop.management());
  }

  /** One that has. */
  static Browser signedIn(Shop shop, String token) throws Exception {
    Browser browser = at(shop);
    browser.signIn(token);
    return browser;
  }

  /** Shows a token and keeps the cookie that comes back. */
  HttpResponse<String> signIn(String token) throws Exception {
    HttpResponse<String> answer = post("/admin/login", "token", token);
    answer
        .headers()
        .firstValue("Set-Cookie")
        .ifPresent(set -> cookie = Optional.of(set.split(";")[0]));
    return answer;
  }

  Optional<String> cookie() {
    return cookie;
  }

  /** Sends another cookie from now on. */
  void cookie(String other) {
    cookie = Optional.of(other);
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(request(path, headers).GET());
  }

  /** Sends a form of names and values. */
  HttpResponse<String> post(String path, String... fields) throws Exception {
    return send(
        request(path, "Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form(fields))));
  }

  /** Sends a form with the token that the page {@code from} has for it. */
  HttpResponse<String> submit(String from, String path, String... fields) throws Exception {
    List<String> all = new ArrayList<>(List.of(fields));
    all.add("form-token");
    all.add(formToken(from));
    return post(path, all.toArray(new String[0]));
  }

  String formToken(String page) throws Exception {
    Matcher found = FORM_TOKEN.matcher(get(page).body());
    if (!found.find()) {
      throw new IllegalStateException(page + " has no form token");
    }
    return found.group(1);
  }

  HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    cookie.ifPresent(kept -> request.header("Cookie", kept));
    return request;
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return shop.client().send(request.build(), BodyHandlers.ofString());
  }

  static String form(String... fields) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < fields.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(fields[i])
          .append('=')
          .append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString();
  }
}
