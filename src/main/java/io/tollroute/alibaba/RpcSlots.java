package io.tollroute.alibaba;

import io.tollroute.call.Slot;

/** The slots that the steps of an Alibaba RPC call use among themselves. */
final class RpcSlots {

  /** Where the call is sent. */
  static final Slot<String> ENDPOINT = new Slot<>("endpoint", String.class);

  /** The action and how it is to be called. */
  static final Slot<RpcAction> ACTION = new Slot<>("rpcAction", RpcAction.class);

  /** Whether the call is to be sent (again). */
  static final Slot<Boolean> SEND = new Slot<>("send", Boolean.class);

  /** How often it was sent. */
  static final Slot<Integer> SENT = new Slot<>("sent", Integer.class);

  private RpcSlots() {}
}
