package io.tollroute.mcp;

import java.util.List;

/** What a server has at one moment, each list in the order in which it is shown. */
record ServerContent(List<Tool> tools, List<Page> resources, List<Page> prompts) {

  /**
   * A text to read.
   *
   * @param name address of a resource, name of a prompt
   */
  record Page(String name, String title, String description, String mimeType, String text) {}

  ServerContent {
    tools = List.copyOf(tools);
    resources = List.copyOf(resources);
    prompts = List.copyOf(prompts);
  }
}
