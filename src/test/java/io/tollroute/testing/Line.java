package io.tollroute.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A line to a server on this machine that can be cut and mended: bytes pass as they are. */
public final class Line implements AutoCloseable {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final int port;
  private volatile ServerSocket listening;
  private volatile int target;

  /** A line that leads nowhere yet. */
  public Line() throws IOException {
    listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    port = listening.getLocalPort();
    threads.execute(this::accept);
  }

  /** Leads to this port from now on. */
  public void leadTo(int targetPort) {
    target = targetPort;
  }

  /** Where it begins. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Breaks every connection and lets nobody make one. */
  public void cut() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** Lets everybody connect again. */
  public void mend() throws IOException {
    listening = new ServerSocket(port, 64, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  private void accept() {
    ServerSocket here = listening;
    while (!here.isClosed()) {
      try {
        Socket near = here.accept();
        open.add(near);
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(far);
        threads.execute(() -> pass(near, far));
        threads.execute(() -> pass(far, near));
      } catch (IOException cut) {
        // who calls finds it broken
      }
    }
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException broken) {
      // both ends are closed
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    cut();
    threads.shutdownNow();
  }
}
