package io.tollroute.admin;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.tollroute.web.OperatorSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The pages as resources with holes (Mustache); whatever is filled in is escaped. */
final class Templates {

  /** A page of the menu. */
  private record Entry(String name, String path) {}

  private static final List<Entry> MENU =
      List.of(
          new Entry("Overview", "/admin"),
          new Entry("Payments", "/admin/payments"),
          new Entry("Charges", "/admin/charges"),
          new Entry("Catalogue", "/admin/catalogue"),
          new Entry("Reconciliation", "/admin/reconcile"),
          new Entry("State", "/admin/state"),
          new Entry("Audit log", "/admin/audit"));

  private final Map<String, Template> compiled = new ConcurrentHashMap<>();
  private final Mustache.Compiler compiler =
      Mustache.compiler()
          .escapeHTML(true)
          .emptyStringIsFalse(true)
          .withLoader(name -> new StringReader(text(name + ".html")));
  private final String seller;
  private final String version;

  Templates(String seller, String version) {
    this.seller = seller;
    this.version = version;
  }

  /** A whole page of somebody who has come in. */
  String page(String template, String title, OperatorSession session, Map<String, ?> facts) {
    Map<String, Object> all = new HashMap<>(facts);
    all.put("menu", MENU.stream().map(entry -> entry(entry, title)).toList());
    all.put("who", session.who());
    all.put("canLeave", session.canLeave());
    all.put("formToken", session.formToken());
    all.put("signedIn", true);
    return whole(template, title, all);
  }

  /** A whole page of somebody who has not. */
  String openPage(String template, String title, Map<String, ?> facts) {
    Map<String, Object> all = new HashMap<>(facts);
    all.put("signedIn", false);
    return whole(template, title, all);
  }

  private String whole(String template, String title, Map<String, Object> facts) {
    facts.put("title", title);
    facts.put("seller", seller);
    facts.put("version", version);
    facts.put("content", filled(template, facts));
    return filled("layout", facts);
  }

  private static Map<String, Object> entry(Entry entry, String title) {
    return Map.of("name", entry.name(), "path", entry.path(), "here", entry.name().equals(title));
  }

  private String filled(String name, Map<String, ?> facts) {
    return compiled.computeIfAbsent(name, this::compile).execute(facts);
  }

  private Template compile(String name) {
    return compiler.compile(text(name + ".html"));
  }

  private static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  /** The bytes of a resource of this room. */
  static byte[] bytes(String name) {
    try (InputStream in = Templates.class.getResourceAsStream("/admin/" + name)) {
      if (in == null) {
        throw new IllegalStateException("admin/" + name + " is missing from the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
