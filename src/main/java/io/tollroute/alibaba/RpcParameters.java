package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The parameters of a call, flat: arrays and objects member by member ({@code Tasks.1.ImageURL},
 * counted from 1), but for those that the action takes as one JSON text. What is empty is left out,
 * as clients of Alibaba's differ in how they sign it.
 *
 * @param form those that travel in the body
 * @param query those that travel in the query
 */
record RpcParameters(SortedMap<String, String> form, SortedMap<String, String> query) {

  static RpcParameters of(RpcAction action, JsonNode input) {
    SortedMap<String, String> form = new TreeMap<>();
    SortedMap<String, String> query = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : input.properties()) {
      SortedMap<String, String> into = action.query().contains(member.getKey()) ? query : form;
      if (member.getValue().isContainerNode() && action.json().contains(member.getKey())) {
        into.put(member.getKey(), member.getValue().toString());
      } else {
        flatten(member.getKey(), member.getValue(), into);
      }
    }
    return new RpcParameters(form, query);
  }

  private static void flatten(String name, JsonNode value, Map<String, String> into) {
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        flatten(name + "." + (i + 1), value.get(i), into);
      }
    } else if (value.isObject()) {
      value
          .properties()
          .forEach(member -> flatten(name + "." + member.getKey(), member.getValue(), into));
    } else if (!value.isNull()) {
      String text = text(value);
      if (!text.isEmpty()) {
        into.put(name, text);
      }
    }
  }

  /** Numbers travel in plain decimals: 1E-5 is not one for Alibaba. */
  private static String text(JsonNode value) {
    return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
  }

  /** The same without the parameters of these names. */
  RpcParameters without(Predicate<String> names) {
    return new RpcParameters(rest(form, names), rest(query, names));
  }

  private static SortedMap<String, String> rest(
      SortedMap<String, String> all, Predicate<String> names) {
    SortedMap<String, String> rest = new TreeMap<>(all);
    rest.keySet().removeIf(names);
    return rest;
  }
}
