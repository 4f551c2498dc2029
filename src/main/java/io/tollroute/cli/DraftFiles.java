package io.tollroute.cli;

import io.tollroute.alibaba.ActionFacts;
import io.tollroute.alibaba.ActionFacts.ProductFacts;
import io.tollroute.alibaba.ServiceDraft;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.CatalogueFault;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Service files for the actions of Alibaba Cloud that have none yet. Writes over nothing. */
final class DraftFiles {

  private static final String COMMENT =
      "# yaml-language-server: $schema=../../schema/service.schema.json\n";

  private final Path out;
  private final ServiceFolder services;
  private final Dump yaml =
      new Dump(
          DumpSettings.builder()
              .setDefaultFlowStyle(FlowStyle.BLOCK)
              .setIndent(2)
              .setIndicatorIndent(2)
              .setIndentWithIndicator(true)
              .setWidth(120)
              .build());

  /** Writes below {@code out} what is not in {@code services}. */
  DraftFiles(Path out, ServiceFolder services) {
    this.out = out;
    this.services = services;
  }

  /**
   * Writes the files.
   *
   * @param product code of Alibaba's product
   * @param actions only these; all when empty
   * @return a line for each action: the file, or that there is one
   * @throws IllegalArgumentException when there is no such product or action
   */
  List<String> write(String product, List<String> actions) throws CatalogueFault, IOException {
    List<ProductFacts> all = new ActionFacts().products();
    ProductFacts facts =
        all.stream()
            .filter(each -> each.name().equals(product))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'"
                            + product
                            + "' is none of "
                            + all.stream()
                                .map(ProductFacts::name)
                                .collect(Collectors.joining(", "))));
    Set<String> known =
        facts.actions().stream().map(ActionFacts.Action::name).collect(Collectors.toSet());
    for (String action : actions) {
      if (!known.contains(action)) {
        throw new IllegalArgumentException(product + " has no action '" + action + "'");
      }
    }
    Set<String> sold = sold(product);
    List<String> lines = new ArrayList<>();
    Path folder = out.resolve(product);
    write(folder.resolve(product + ".defaults.yaml"), ServiceDraft.defaults(facts), lines);
    for (ActionFacts.Action action : facts.actions()) {
      if (!actions.isEmpty() && !actions.contains(action.name())) {
        continue;
      }
      if (sold.contains(action.name())) {
        lines.add(action.name() + ": there is a service of it");
      } else {
        ServiceDraft draft = new ServiceDraft(facts, action);
        write(folder.resolve(draft.id() + ".yaml"), draft.document(), lines);
      }
    }
    return lines;
  }

  private void write(Path file, Map<String, Object> document, List<String> lines)
      throws IOException {
    if (Files.exists(file)) {
      lines.add(file + ": is there already, left as it is");
      return;
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, COMMENT + yaml.dumpToString(document));
    lines.add(file.toString());
  }

  /** The actions of the product that a service sells, or is to sell one day. */
  private Set<String> sold(String product) throws CatalogueFault {
    if (!Files.isDirectory(services.path())) {
      return Set.of();
    }
    Catalogue catalogue = services.load();
    return Stream.concat(catalogue.services().stream(), catalogue.withheld().stream())
        .map(Service::provider)
        .map(io.tollroute.catalog.Provider::settings)
        .filter(settings -> product.equals(settings.get("product")))
        .map(settings -> String.valueOf(settings.get("action")))
        .collect(Collectors.toSet());
  }
}
