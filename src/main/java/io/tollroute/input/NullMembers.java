package io.tollroute.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Members of objects that are null. Models and generated clients write every parameter that they
 * know and null for what they leave out, so a member that is null was left out.
 */
final class NullMembers {

  private NullMembers() {}

  /** Whether an object in the value has one; the value's depth must be bounded. */
  static boolean areIn(JsonNode value) {
    for (JsonNode child : value) {
      if ((child.isNull() && value.isObject()) || areIn(child)) {
        return true;
      }
    }
    return false;
  }

  /** The same value without them; items of lists stay, because a list says where each stands. */
  static <T extends JsonNode> T leftOutOf(T value) {
    T copy = value.deepCopy();
    remove(copy);
    return copy;
  }

  private static void remove(JsonNode value) {
    if (value instanceof ObjectNode object) {
      object.removeIf(JsonNode::isNull);
    }
    value.forEach(NullMembers::remove);
  }
}
