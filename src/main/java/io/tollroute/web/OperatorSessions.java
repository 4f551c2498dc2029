package io.tollroute.web;

import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who may use the operator's pages: whoever has shown the token and has the cookie that he got for
 * it, or whom a trusted proxy names. Sessions live in memory, so they end with the process.
 */
public final class OperatorSessions {

  /** The path below which all pages are, and to which alone a browser sends the cookie. */
  static final String PAGES = "/admin";

  private static final String COOKIE = "tollroute_operator";
  private static final int MOST = 64;
  private static final int SECRET_BYTES = 32;
  private static final int LONGEST_NAME = 100;
  private static final String HMAC = "HmacSHA256";

  private final Map<String, Long> until = new LinkedHashMap<>();
  private final OperatorToken token;
  private final ProxyHeader proxy;
  private final Duration life;
  private final Clock clock;
  private final SecureRandom random;
  private final SignInTries tries;
  private final SecretKeySpec key;

  /** What came of showing a token. */
  public enum SignIn {
    /** It is the token, and there is a session. */
    DONE,
    /** It is not. */
    WRONG,
    /** It was not looked at: there were too many wrong ones within a minute. */
    TOO_MANY
  }

  /**
   * Nobody has come in yet.
   *
   * @param life how long a session lasts, whatever is done in it
   */
  OperatorSessions(
      OperatorToken token, ProxyHeader proxy, Duration life, Clock clock, SecureRandom random) {
    this.token = token;
    this.proxy = proxy;
    this.life = life;
    this.clock = clock;
    this.random = random;
    this.tries = new SignInTries(clock);
    this.key = new SecretKeySpec(drawn(), HMAC);
  }

  /** Whether nobody can come in. */
  boolean isClosed() {
    return !token.isSet() && !proxy.isSet();
  }

  /** Whether anybody can come in with a token. */
  public boolean takeToken() {
    return token.isSet();
  }

  /** Who sends the request, if he has come in. */
  Optional<OperatorSession> find(HttpServerRequest request) {
    Optional<String> named =
        proxy.user(request).filter(name -> !name.isBlank() && name.length() <= LONGEST_NAME);
    if (named.isPresent()) {
      String who = "proxy:" + named.get().strip();
      return Optional.of(new OperatorSession(who, formToken(who), false));
    }
    return request.cookies(COOKIE).stream()
        .map(Cookie::getValue)
        .filter(this::isOpen)
        .findFirst()
        .map(id -> new OperatorSession("token", formToken("session:" + id), true));
  }

  /** Lets in who shows the token, and gives him the cookie. */
  SignIn enter(HttpServerRequest request, HttpServerResponse response, String shown) {
    String address = request.remoteAddress().hostAddress();
    if (!tries.mayTry(address)) {
      return SignIn.TOO_MANY;
    }
    if (!token.is(shown)) {
      tries.wasWrong(address);
      return SignIn.WRONG;
    }
    response.addCookie(cookie(request, open()).setMaxAge(life.toSeconds()));
    return SignIn.DONE;
  }

  /** Ends the session of whoever sends the request. */
  void leave(HttpServerRequest request, HttpServerResponse response) {
    request.cookies(COOKIE).forEach(cookie -> close(cookie.getValue()));
    response.addCookie(cookie(request, "").setMaxAge(0));
  }

  private synchronized String open() {
    String id = HexFormat.of().formatHex(drawn());
    Iterator<String> oldest = until.keySet().iterator();
    if (until.size() >= MOST && oldest.hasNext()) {
      oldest.next();
      oldest.remove();
    }
    until.put(name(id), clock.millis() + life.toMillis());
    return id;
  }

  private synchronized boolean isOpen(String id) {
    Long end = until.get(name(id));
    if (end == null) {
      return false;
    }
    if (clock.millis() < end) {
      return true;
    }
    until.remove(name(id));
    return false;
  }

  private synchronized void close(String id) {
    until.remove(name(id));
  }

  /** What is looked up is no secret, so how long that takes tells nothing. */
  private String name(String id) {
    return sealed("id:" + id);
  }

  private String formToken(String of) {
    return sealed("form:" + of);
  }

  private String sealed(String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(HMAC + " is part of every JDK", e);
    }
  }

  private byte[] drawn() {
    byte[] drawn = new byte[SECRET_BYTES];
    random.nextBytes(drawn);
    return drawn;
  }

  /** Only a proxy can know that https is spoken before it; who lies here harms himself. */
  private static Cookie cookie(HttpServerRequest request, String value) {
    boolean https =
        request.isSSL() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
    return Cookie.cookie(COOKIE, value)
        .setPath(PAGES)
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.STRICT)
        .setSecure(https);
  }

  /** Whether two words are the same; it takes as long whatever they are. */
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The header in which a proxy in front says who an operator is.
   *
   * @param name of the header; empty where there is none
   * @param proxies who is believed
   */
  record ProxyHeader(String name, TrustedProxies proxies) {

    private static final String HEADER = "tollroute.management.proxy-header";
    private static final String PROXIES = "tollroute.management.proxies";

    /**
     * What every caller sends, what proxies say of everybody whom they let pass, or what others
     * read something else from.
     */
    private static final Set<String> TAKEN =
        Set.of(
            "accept",
            "accept-encoding",
            "accept-language",
            "authorization",
            "cache-control",
            "connection",
            "content-length",
            "content-type",
            "cookie",
            "forwarded",
            "host",
            "origin",
            "referer",
            "sec-fetch-dest",
            "sec-fetch-mode",
            "sec-fetch-site",
            "sec-fetch-user",
            "traceparent",
            "upgrade-insecure-requests",
            "user-agent",
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-real-ip",
            "x-request-id");

    /**
     * The header and the proxies of the settings.
     *
     * @throws SettingsFault when one is there without the other, or anybody could send it
     */
    static ProxyHeader of(Settings settings) throws SettingsFault {
      String name = settings.text(HEADER).strip();
      String proxies = settings.text(PROXIES).strip();
      if (name.isEmpty() != proxies.isEmpty()) {
        throw new SettingsFault(
            List.of(
                name.isEmpty()
                    ? PROXIES + ": says whom to believe; " + HEADER + " must say what"
                    : HEADER + ": is believed from nobody; " + PROXIES + " must say from whom"));
      }
      boolean isName = name.matches("[A-Za-z0-9-]{0,64}");
      if (!isName || TAKEN.contains(name.toLowerCase(Locale.ROOT))) {
        throw new SettingsFault(
            List.of(HEADER + ": must be the name of a header that only the proxy sets"));
      }
      TrustedProxies believed = believed(proxies);
      if (believed.areEverybody()) {
        throw new SettingsFault(List.of(PROXIES + ": would believe anybody who he is"));
      }
      return new ProxyHeader(name, believed);
    }

    private static TrustedProxies believed(String proxies) throws SettingsFault {
      try {
        return new TrustedProxies(proxies);
      } catch (IllegalArgumentException e) {
        throw new SettingsFault(List.of(PROXIES + ": " + e.getMessage()));
      }
    }

    boolean isSet() {
      return !name.isEmpty();
    }

    /** Whom a trusted proxy names, by one header of that name. */
    Optional<String> user(HttpServerRequest request) {
      if (!isSet()
          || !isTrusted(request.remoteAddress().hostAddress())
          || request.headers().getAll(name).size() != 1) {
        return Optional.empty();
      }
      return Optional.of(request.getHeader(name));
    }

    private boolean isTrusted(String address) {
      try {
        return proxies.isOne(InetAddress.getByName(address));
      } catch (UnknownHostException e) {
        return false;
      }
    }
  }
}
