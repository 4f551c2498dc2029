package io.tollroute.web;

import io.netty.buffer.ByteBuf;

/**
 * Finds the end of a request's head in bytes that nobody has decoded yet, and counts its lines:
 * each costs far more memory than its bytes once it is a header (RFC 9112 section 2.1 for what a
 * head is). Used by one event loop.
 */
final class HeadScan {

  /** The first line and the empty one that ends it. */
  private static final int BESIDE_HEADERS = 2;

  private final int maxLines;
  private int lines;
  private int lineLength;
  private boolean begun;

  /** Allows {@code maxHeaders} lines of headers. */
  HeadScan(int maxHeaders) {
    this.maxLines = maxHeaders + BESIDE_HEADERS;
  }

  /**
   * How many of the readable bytes belong to the head that is being received: all of them where its
   * end is not among them.
   */
  int scan(ByteBuf received) {
    int start = received.readerIndex();
    int end = received.writerIndex();
    int from = start;
    while (from < end && !isTooLong()) {
      int newline = received.indexOf(from, end, (byte) '\n');
      if (newline < 0) {
        lineLength += length(received, from, end);
        begun |= lineLength > 0;
        return end - start;
      }
      boolean empty = lineLength + length(received, from, newline) == 0;
      boolean over = empty && begun;
      lines++;
      lineLength = 0;
      begun |= !empty;
      from = newline + 1;
      if (over) {
        return from - start;
      }
    }
    return end - start;
  }

  private static int length(ByteBuf received, int from, int to) {
    boolean ends = to > from && received.getByte(to - 1) == '\r';
    return to - from - (ends ? 1 : 0);
  }

  /** Whether anything but empty lines, which may stand before a request, has come. */
  boolean hasBegun() {
    return begun;
  }

  /** Lines so far. */
  int lines() {
    return lines;
  }

  /** Whether there are more lines than a head may have. */
  boolean isTooLong() {
    return lines > maxLines;
  }

  /** Begins with the next head. */
  void reset() {
    lines = 0;
    lineLength = 0;
    begun = false;
  }
}
