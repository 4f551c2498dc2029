package io.tollroute.crash;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code tollroute serve} as a process of its own. */
final class ServeProcess implements AutoCloseable {

  /** 128 and the number of SIGKILL. */
  private static final int KILLED = 137;

  /** On a machine that has much else to do. */
  private static final long SECONDS_TO_START = 180;

  /** The first process writes down the classes it has loaded before it ends. */
  private static final long SECONDS_TO_STOP = 120;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;

  private ServeProcess(Process process) {
    this.process = process;
  }

  /** Starts and returns when the readiness probe says yes. */
  static ServeProcess start(
      List<String> command, Map<String, String> environment, URI management, Path log)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    ServeProcess serve = new ServeProcess(builder.start());
    HttpRequest ready = HttpRequest.newBuilder(management.resolve("/observe/health/ready")).build();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
    while (!serve.isReady(ready)) {
      if (!serve.process.isAlive() || System.nanoTime() > end) {
        serve.close();
        throw new IllegalStateException("serve did not start: " + Files.readString(log));
      }
      Thread.sleep(20);
    }
    return serve;
  }

  private boolean isReady(HttpRequest probe) throws IOException, InterruptedException {
    try {
      return CLIENT.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (ConnectException notYet) {
      return false;
    }
  }

  /** Stops all of its threads where they are, as a long collection of garbage does. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets its threads go on where they were stopped. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    run("kill", "-" + name, Long.toString(process.pid()));
  }

  /** From now on it cannot write beyond this many bytes of any file. */
  void limitFiles(String bytes) throws IOException, InterruptedException {
    run("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":unlimited");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).start().waitFor();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + code);
    }
  }

  /** Kills it with SIGKILL, which on Linux is what {@code destroyForcibly} sends. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    int code = process.waitFor();
    if (code != KILLED) {
      throw new IllegalStateException("it was not SIGKILL that ended the process but " + code);
    }
  }

  /** Ends it in order. */
  void stop() throws InterruptedException {
    process.destroy();
    process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }
}
