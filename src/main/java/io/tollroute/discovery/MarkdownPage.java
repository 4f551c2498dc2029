package io.tollroute.discovery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * Our Markdown as pages: tables, an anchor for each heading, and links to other pages of ours where
 * they are served; links to those that are not are texts.
 */
final class MarkdownPage {

  private static final Pattern OF_OURS = Pattern.compile("([a-z0-9-]+)\\.md(#.*)?");

  private final Parser parser;
  private final HtmlRenderer html;
  private final TextContentRenderer text = TextContentRenderer.builder().build();
  private final TextTemplate page = TextTemplate.markup("page.html");
  private final Map<String, ?> facts;
  private final Set<String> served;

  /**
   * Pages of a shop.
   *
   * @param facts for their frame
   * @param served names of those that are served
   */
  MarkdownPage(Map<String, ?> facts, Set<String> served) {
    List<Extension> extensions = List.of(TablesExtension.create(), HeadingAnchorExtension.create());
    this.parser = Parser.builder().extensions(extensions).build();
    this.html = HtmlRenderer.builder().extensions(extensions).sanitizeUrls(true).build();
    this.facts = Map.copyOf(facts);
    this.served = Set.copyOf(served);
  }

  /** The page of a text. */
  byte[] of(String markdown) {
    Node document = parser.parse(markdown);
    document.accept(new Links());
    Title title = new Title();
    document.accept(title);
    Map<String, Object> told = new HashMap<>(facts);
    told.put("title", title.found.toString());
    told.put("content", html.render(document));
    return page.bytes(told);
  }

  private final class Links extends AbstractVisitor {

    @Override
    public void visit(Link link) {
      Matcher ours = OF_OURS.matcher(link.getDestination());
      if (ours.matches() && served.contains(ours.group(1))) {
        link.setDestination(ours.group(1) + (ours.group(2) == null ? "" : ours.group(2)));
      } else if (ours.matches()) {
        for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
          link.insertBefore(child);
        }
        link.unlink();
      }
    }
  }

  private final class Title extends AbstractVisitor {

    private final StringBuilder found = new StringBuilder();

    @Override
    public void visit(Heading heading) {
      if (found.isEmpty()) {
        found.append(text.render(heading));
      }
    }
  }
}
