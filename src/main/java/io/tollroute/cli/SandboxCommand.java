package io.tollroute.cli;

import io.tollroute.ops.Application;
import io.tollroute.ops.Start;
import io.tollroute.sandbox.SandboxWallet;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tollroute sandbox}: the whole of it in one process, with play money. */
@Command(
    name = "sandbox",
    description = "Runs everything in one process with play money, and tells the story of a sale.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the story failed",
      "2:wrong usage",
      "75:the database is away or its disk is full; another start may succeed",
      "78:wrong settings or files",
      "130:stopped by SIGINT, in order",
      "143:stopped by SIGTERM, in order"
    })
public final class SandboxCommand implements Callable<Integer> {

  private static final String SERVICE = "masked-face-comparison";

  private final Path home;
  private final Map<String, String> environment;
  private final Clock clock;
  private boolean told;

  @Spec private CommandSpec spec;

  @Option(names = "--once", description = "End after the story.")
  private boolean once;

  /** Runs from {@code home}. */
  public SandboxCommand(Path home, Map<String, String> environment, Clock clock) {
    this.home = home;
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() throws Exception {
    int started = Start.in(spec, Application.Mode.SANDBOX, home, environment, clock, this::tell);
    return started == 0 && once && !told ? 1 : started;
  }

  private void tell(Application application) throws Exception {
    application.start();
    application.closeOnExit();
    PrintWriter out = spec.commandLine().getOut();
    URI base = URI.create(application.settings().text("tollroute.public-url"));
    out.printf(
        "PLAY MONEY: this looks like Base Sepolia so that any x402 client buys here. Nothing of it"
            + " is on a chain.%n%n");
    told = new Story(base, SERVICE, clock, out).tell();
    if (once) {
      application.close();
      return;
    }
    out.printf("%nThe sandbox stays up. Try it from another terminal (Ctrl-C ends it):%n%n");
    out.printf("  curl -i -X POST %s/api/tools/%s%n", base, SERVICE);
    out.printf(
        "  ./tollroute buy %s --url %s --ImageURLA https://example.com/a.jpg --ImageURLB"
            + " https://example.com/b.jpg%n",
        SERVICE, base);
    out.printf(
        "  ./tollroute buy %s --url %s --ImageURLA"
            + " https://example.com/sandbox/error/InvalidImage.NotFoundFace --ImageURLB"
            + " https://example.com/b.jpg%n",
        SERVICE, base);
    out.printf("  curl %s/sandbox/facilitator/counters%n%n", base);
    out.printf("Any x402 client buys with this wallet's key, which everybody knows:%n%n");
    out.printf(
        "  export PRIVATE_KEY=0x$(printf '%s' | sha256sum | cut -d' ' -f1)%n",
        SandboxWallet.FUNDED_SENTENCE);
    out.flush();
    application.stayUp();
  }
}
