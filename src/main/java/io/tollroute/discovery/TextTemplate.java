package io.tollroute.discovery;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A text with holes (Mustache), of the resources of this room. */
final class TextTemplate {

  private final Template template;

  private TextTemplate(Template template) {
    this.template = template;
  }

  /** A text that stays as it is written. */
  static TextTemplate plain(String text) {
    return new TextTemplate(Mustache.compiler().escapeHTML(false).compile(text));
  }

  /** One of the resources, as a plain text. */
  static TextTemplate read(String name) {
    return plain(resource(name));
  }

  /** One of the resources in HTML or XML, where what is filled in is escaped. */
  static TextTemplate markup(String name) {
    return new TextTemplate(Mustache.compiler().escapeHTML(true).compile(resource(name)));
  }

  /** The text with {@code facts} in its holes; a hole without a fact is a defect of the program. */
  String with(Map<String, ?> facts) {
    return template.execute(facts);
  }

  /** The same in UTF-8. */
  byte[] bytes(Map<String, ?> facts) {
    return with(facts).getBytes(StandardCharsets.UTF_8);
  }

  private static String resource(String name) {
    return new String(read(TextTemplate.class, name), StandardCharsets.UTF_8);
  }

  /** The bytes of a resource of this room. */
  static byte[] read(Class<?> room, String name) {
    try (InputStream in = room.getResourceAsStream("/discovery/" + name)) {
      if (in == null) {
        throw new IllegalStateException("discovery/" + name + " is missing from the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
