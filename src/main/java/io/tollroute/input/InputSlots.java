package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.call.Slot;

/** The slots that the input's steps fill. */
public final class InputSlots {

  /** The request body as it was read; validated before a provider sees it. */
  public static final Slot<ObjectNode> INPUT = new Slot<>("input", ObjectNode.class);

  /** The validated input as JSON text, for the provider. */
  public static final Slot<String> JSON = new Slot<>("inputJson", String.class);

  /** The one spelling of the request, for its fingerprint. */
  public static final Slot<byte[]> CANONICAL = new Slot<>("canonical", byte[].class);

  /** What is wrong with the input; empty when nothing is, or nobody has looked. */
  public static final Slot<Refusal> OBJECTION = new Slot<>("objection", Refusal.class);

  private InputSlots() {}
}
