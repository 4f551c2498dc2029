package io.tollroute.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many connections that say all the same and listen to nothing, until they are closed. */
public final class Crowd implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 10_000;
  private static final int SMALL_BUFFER = 4096;

  private final List<SocketChannel> sockets = new ArrayList<>();

  private Crowd() {}

  /**
   * Opens so many connections to {@code base}, one after the other, each from the next of {@code
   * addresses}, and says {@code words} on each as far as they are taken at once.
   */
  public static Crowd gather(int size, URI base, List<String> addresses, String words)
      throws IOException {
    Crowd crowd = new Crowd();
    byte[] said = words.getBytes(StandardCharsets.US_ASCII);
    try {
      for (int i = 0; i < size; i++) {
        crowd.join(base, addresses.get(i % addresses.size()), said);
      }
      return crowd;
    } catch (IOException e) {
      crowd.close();
      throw e;
    }
  }

  private void join(URI base, String from, byte[] said) throws IOException {
    SocketChannel socket = SocketChannel.open();
    sockets.add(socket);
    socket.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
    socket.bind(new InetSocketAddress(from, 0));
    socket.socket().connect(new InetSocketAddress(base.getHost(), base.getPort()), PATIENCE_MILLIS);
    socket.configureBlocking(false);
    try {
      socket.write(ByteBuffer.wrap(said));
    } catch (IOException closedAlready) {
      // what became of each is not the point
    }
  }

  /** Says some more on each connection that is still there. */
  public void say(String words) {
    byte[] said = words.getBytes(StandardCharsets.US_ASCII);
    for (SocketChannel socket : sockets) {
      try {
        socket.write(ByteBuffer.wrap(said));
      } catch (IOException closedAlready) {
        // as above
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel socket : sockets) {
      socket.close();
    }
  }
}
