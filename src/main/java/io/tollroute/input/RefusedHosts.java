package io.tollroute.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hosts that {@code refused-hosts.yaml} lists, each group with its source: names and addresses
 * that lead into somebody's network, or nowhere.
 */
final class RefusedHosts {

  /** Names that are refused, but for those that {@code except} matches. */
  private record Names(Pattern refused, Pattern except) {

    boolean refuse(String host) {
      return refused.matcher(host).matches() && !except.matcher(host).matches();
    }
  }

  private static final Pattern NOTHING = Pattern.compile("(?!)");

  private final List<Names> names;
  private final List<IPAddress> blocks;

  private RefusedHosts(List<Names> names, List<IPAddress> blocks) {
    this.names = List.copyOf(names);
    this.blocks = List.copyOf(blocks);
  }

  /** Reads the list that ships with the program. */
  static RefusedHosts read() throws IOException {
    try (InputStream list = RefusedHosts.class.getResourceAsStream("/refused-hosts.yaml")) {
      List<Names> names = new ArrayList<>();
      List<IPAddress> blocks = new ArrayList<>();
      for (JsonNode group : new YAMLMapper().readTree(list)) {
        if (group.has("names")) {
          names.add(new Names(anyOf(group.get("names")), anyOf(group.path("except"))));
        }
        for (JsonNode block : group.path("blocks")) {
          blocks.add(block(block.textValue()));
        }
      }
      return new RefusedHosts(names, blocks);
    }
  }

  /** Whether a name in small letters, without a dot at its end, is one of them or below one. */
  boolean hold(String host) {
    return names.stream().anyMatch(group -> group.refuse(host));
  }

  /** Whether an address is in one of the blocks. */
  boolean hold(IPAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  private static Pattern anyOf(JsonNode globs) {
    if (globs.isEmpty()) {
      return NOTHING;
    }
    List<String> parts = new ArrayList<>();
    globs.forEach(glob -> parts.add(expression(glob.textValue())));
    // what stands before a name ends in a dot, so that mynip.io is not below nip.io
    return Pattern.compile("(?:.*\\.)?(?:" + String.join("|", parts) + ")");
  }

  private static String expression(String glob) {
    return Stream.of(glob.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining("[^.]*"));
  }

  private static IPAddress block(String text) throws IOException {
    IPAddress block = new IPAddressString(text).getAddress();
    if (block == null || !block.isPrefixed()) {
      throw new IOException("refused-hosts.yaml: not a block of addresses: " + text);
    }
    return block;
  }
}
