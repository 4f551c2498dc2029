package io.tollroute.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** nginx before one or more shops, as a balancer whose list of them changes while it works. */
public final class Balancer implements AutoCloseable {

  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/local/sbin/nginx"));

  /** How connections are kept: at both sides, or at none. */
  private record Keeping(String atBuyers, String atShops) {}

  private static final Keeping NONE = new Keeping("keepalive_timeout 0;", "");
  private static final Keeping BOTH = new Keeping("keepalive_timeout 60s;", "keepalive 8;");

  private final Path folder;
  private final int port;
  private final Keeping keeping;
  private final Process process;

  private Balancer(Path folder, int port, Keeping keeping, Process process) {
    this.folder = folder;
    this.port = port;
    this.keeping = keeping;
    this.process = process;
  }

  /** The program, where it is installed. */
  public static Optional<Path> program() {
    return PLACES.stream().filter(Files::isExecutable).findFirst();
  }

  /** Starts it before these shops; what it needs lies in {@code folder}. */
  public static Balancer start(Path folder, List<URI> shops) throws Exception {
    return start(folder, shops, NONE);
  }

  /** The same, with connections that are used again, to the shops as to buyers. */
  public static Balancer keeping(Path folder, List<URI> shops) throws Exception {
    return start(folder, shops, BOTH);
  }

  private static Balancer start(Path folder, List<URI> shops, Keeping keeping) throws Exception {
    int port = FreePorts.draw().port();
    write(folder, port, shops, keeping);
    Process process =
        new ProcessBuilder(
                program().orElseThrow().toString(),
                "-p",
                folder.toString(),
                "-e",
                folder.resolve("error.log").toString(),
                "-c",
                folder.resolve("nginx.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nginx.out").toFile())
            .start();
    Balancer balancer = new Balancer(folder, port, keeping, process);
    Shop.await(() -> balancer.isUp() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException(Files.readString(folder.resolve("nginx.out")));
    }
    return balancer;
  }

  private boolean isUp() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static void write(Path folder, int port, List<URI> shops, Keeping keeping)
      throws IOException {
    String servers =
        shops.stream()
            .map(shop -> "server " + shop.getAuthority() + " max_fails=0;")
            .collect(Collectors.joining(" "));
    String temporary =
        Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map(name -> name + "_temp_path " + folder.resolve(name) + ";")
            .collect(Collectors.joining(" "));
    Files.writeString(
        folder.resolve("nginx.conf"),
        """
        daemon off;
        worker_processes 1;
        pid %s;
        %s
        events { worker_connections 2048; }
        http {
          access_log off;
          %s
          %s
          client_max_body_size 1m;
          upstream shops { %s %s }
          server {
            listen 127.0.0.1:%d;
            location / {
              proxy_pass http://shops;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
              proxy_set_header X-Forwarded-For $remote_addr;
              proxy_next_upstream off;
              proxy_read_timeout 60s;
            }
          }
        }
        """
            .formatted(
                folder.resolve("nginx.pid"),
                System.getProperty("user.name").equals("root") ? "user root;" : "",
                temporary,
                keeping.atBuyers(),
                servers,
                keeping.atShops(),
                port));
  }

  /** From now on new calls go to these; those under way end where they are. */
  public void send(List<URI> shops) throws IOException, InterruptedException {
    write(folder, port, shops, keeping);
    new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor();
  }

  /** Where buyers come. */
  public URI base() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What went wrong, as it says. */
  public String errors() throws IOException {
    Path log = folder.resolve("error.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
