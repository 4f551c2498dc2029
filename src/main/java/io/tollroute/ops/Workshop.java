package io.tollroute.ops;

import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import io.tollroute.accounts.DecideCharge;
import io.tollroute.accounts.Management;
import io.tollroute.alibaba.AlibabaCredentials;
import io.tollroute.alibaba.BeginRpc;
import io.tollroute.alibaba.Buckets;
import io.tollroute.alibaba.RateGate;
import io.tollroute.alibaba.ReadRpc;
import io.tollroute.alibaba.RpcErrors;
import io.tollroute.alibaba.SignRpc;
import io.tollroute.call.Refusal;
import io.tollroute.call.Refuse;
import io.tollroute.catalog.CatalogueFault;
import io.tollroute.catalog.Directions;
import io.tollroute.catalog.FindService;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.input.AddressRule;
import io.tollroute.input.DocumentRules;
import io.tollroute.input.InputValidator;
import io.tollroute.input.ReadRequest;
import io.tollroute.input.RefuseMisplacedToken;
import io.tollroute.input.RequestReader;
import io.tollroute.input.RequestSchema;
import io.tollroute.input.ValidateDocument;
import io.tollroute.input.ValidateInput;
import io.tollroute.limit.CallerAddress;
import io.tollroute.limit.LimitCalls;
import io.tollroute.limit.LimitRate;
import io.tollroute.limit.Rate;
import io.tollroute.log.SparseLog;
import io.tollroute.mcp.McpDiscovery;
import io.tollroute.mcp.McpEndpoint;
import io.tollroute.mcp.McpSettings;
import io.tollroute.outbound.BoundedHttp;
import io.tollroute.outbound.CheckedConnections;
import io.tollroute.payment.Accounts;
import io.tollroute.payment.AnswerSeal;
import io.tollroute.payment.BearerReader;
import io.tollroute.payment.BeginRecovery;
import io.tollroute.payment.ClaimProof;
import io.tollroute.payment.Commits;
import io.tollroute.payment.EndCharge;
import io.tollroute.payment.GiveAnswer;
import io.tollroute.payment.IdentifyProof;
import io.tollroute.payment.KeepAnswer;
import io.tollroute.payment.LedgerDatabase;
import io.tollroute.payment.LedgerHealth;
import io.tollroute.payment.NoteSale;
import io.tollroute.payment.ProofReader;
import io.tollroute.payment.RecordSettlement;
import io.tollroute.payment.SealKeys;
import io.tollroute.payment.SettlementSeal;
import io.tollroute.payment.SqlAccounts;
import io.tollroute.payment.SqlChainSearches;
import io.tollroute.payment.SqlDecisions;
import io.tollroute.payment.SqlLedger;
import io.tollroute.payment.SqlPayments;
import io.tollroute.payment.SqlQuotes;
import io.tollroute.payment.SqlRecovery;
import io.tollroute.payment.TokenReader;
import io.tollroute.payment.UndecidedCharges;
import io.tollroute.provider.ReadAnswer;
import io.tollroute.purchase.Counter;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import io.tollroute.web.Door;
import io.tollroute.web.Doorkeeper;
import io.tollroute.web.EarlyRefusal;
import io.tollroute.web.Edge;
import io.tollroute.web.Envelope;
import io.tollroute.web.ErrorWords;
import io.tollroute.web.HeaderPolicy;
import io.tollroute.web.ManagementEngine;
import io.tollroute.web.NoteFailure;
import io.tollroute.web.NoteRefusal;
import io.tollroute.web.OperatorGate;
import io.tollroute.web.RefuseMethod;
import io.tollroute.web.RequestIds;
import io.tollroute.web.SortRefusal;
import io.tollroute.web.WriteRefusal;
import io.tollroute.x402.BeginSettlement;
import io.tollroute.x402.ChainEvidence;
import io.tollroute.x402.ChainWatch;
import io.tollroute.x402.DemandPayment;
import io.tollroute.x402.FacilitatorAuth;
import io.tollroute.x402.FacilitatorRequest;
import io.tollroute.x402.FacilitatorSupport;
import io.tollroute.x402.OfferOnlyWhatSettles;
import io.tollroute.x402.OwePreempted;
import io.tollroute.x402.PayInstructions;
import io.tollroute.x402.PaymentReader;
import io.tollroute.x402.ReceiptHeader;
import io.tollroute.x402.RecognitionAnswer;
import io.tollroute.x402.RecognizePayer;
import io.tollroute.x402.SettleAnswer;
import io.tollroute.x402.SettlementUnanswered;
import io.tollroute.x402.SignedPayments;
import io.tollroute.x402.TermsBook;
import io.tollroute.x402.TermsTooLong;
import io.tollroute.x402.VerifyAnswer;
import io.tollroute.x402.WalletChallenge;
import io.tollroute.x402.WatchedAnswers;
import io.tollroute.x402.X402ProofReader;
import io.tollroute.x402.X402Restorer;
import io.tollroute.x402.X402Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;

/**
 * Makes every object that the route files refer to by name, once, from the settings. Camel would
 * make objects of a YAML file twice; those with state must not be.
 */
public final class Workshop implements AutoCloseable {

  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final int MAX_RECORD_BYTES = 4 << 20;
  private static final int RECORD_SECONDS = 60;
  private static final long LEDGER_PATIENCE_MILLIS = 5_000;
  private static final int GATE_CONNECTIONS = 4;
  private static final long GATE_PATIENCE_MILLIS = 2_000;

  private static final DocumentRules PAYER = new AddressRule("payer");
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

  private static final Rate NO_LIMIT = Rate.perSecond(1_000_000_000, 1_000_000_000);

  private static final Set<String> ACCEPTED =
      Set.of(
          "content-type",
          "accept",
          "payment-signature",
          "x-payment",
          "x-payment-token",
          "authorization",
          "idempotency-key",
          "origin",
          "access-control-request-method",
          "access-control-request-headers");
  private static final Set<String> RETURNED =
      Set.of(
          "content-type",
          "cache-control",
          "allow",
          "retry-after",
          "ratelimit-limit",
          "ratelimit-remaining",
          "ratelimit-reset",
          "ratelimit-policy",
          "vary",
          "payment-required",
          "payment-response",
          "x-payment-response",
          "x-payment-receipt",
          "idempotent-replayed",
          "x-request-id",
          "x-content-type-options",
          "access-control-allow-origin",
          "access-control-allow-methods",
          "access-control-allow-headers",
          "access-control-expose-headers",
          "access-control-max-age");

  private final Map<String, Object> beans = new LinkedHashMap<>();
  private final Deque<Runnable> toClose = new ArrayDeque<>();
  private final Edge edge;
  private final CheckedConnections connections;
  private final SparseLog log;
  private final Directions directions;
  private final FacilitatorSupport support;
  private final AlibabaCredentials credentials;
  private final ErrorWords words;
  private final LedgerDatabase database;
  private Supplier<Optional<String>> ledgerObjection = Optional::empty;

  /**
   * Makes everything.
   *
   * @throws CatalogueFault when the services folder holds no catalogue
   * @throws SQLException when the ledger's database cannot be opened
   * @throws SettingsFault when the facilitator's key is no key
   * @throws Refusal when the ledger cannot be written
   */
  public Workshop(
      Settings settings,
      RouteFiles routes,
      X402Settings x402,
      AlibabaCloudCredentialsProvider account,
      Clock clock)
      throws IOException, CatalogueFault, SQLException, SettingsFault, Refusal {
    SecureRandom random = new SecureRandom();
    connections =
        new CheckedConnections(
            timer("idle-connections"),
            http(
                    "own",
                    Provider.LONGEST_SECONDS,
                    // one byte more is too large for every service, and still one answer in memory
                    Provider.LARGEST_ANSWER_BYTES + 1,
                    clock)
                .boundsOnly());
    log = new SparseLog(clock);
    beans.put("sparseLog", log);
    words = ErrorWords.read();
    Envelope envelope = new Envelope(words, x402.publicUrl() + "/docs/errors");
    RequestIds ids = new RequestIds(random);
    EarlyRefusal refusal = new EarlyRefusal(words, envelope, ids);
    boolean limited = settings.text("tollroute.limits").equals("on");
    edge =
        new Edge(
            refusal,
            limited ? settings.whole("tollroute.http.max-in-flight") : Integer.MAX_VALUE,
            limited ? settings.whole("tollroute.http.max-paid-in-flight") : Integer.MAX_VALUE);
    support =
        new FacilitatorSupport(
            x402.network(),
            settings.whole("tollroute.x402.facilitator.supported-poll-ms"),
            settings.whole("tollroute.x402.facilitator.grace-seconds") * 1000L,
            clock,
            log);
    credentials = new AlibabaCredentials(account);
    credentials.refresh();
    database =
        new LedgerDatabase(
            settings.databaseUrl(),
            settings.optional("tollroute.database.username"),
            settings.optional("tollroute.database.password"));

    try {
      web(settings, words, envelope, ids, new Doorkeeper(refusal));
      limits(settings, limited, clock);
      LiveCatalogue catalogue = catalogue(settings, routes);
      directions = new Directions(catalogue::current);
      LedgerHealth commits =
          new LedgerHealth(
              database.commits(
                  settings.whole("tollroute.database.connections"), LEDGER_PATIENCE_MILLIS),
              database::probe,
              clock);
      toClose.push(commits::close);
      ledgerObjection = commits::objection;
      beans.put("ledgerHealth", commits);
      TermsBook terms =
          new TermsBook(
              x402, envelope, catalogue, new SqlQuotes(commits, clock, ids.ofThisProcess()));
      announce(terms);
      beans.put("termsBook", terms);
      payment(settings, commits, catalogue, terms, x402, envelope, random, clock);
      x402(settings, terms, x402, clock);
      alibaba(settings, clock);
    } catch (IOException
        | CatalogueFault
        | SQLException
        | SettingsFault
        | Refusal
        | RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private LiveCatalogue catalogue(Settings settings, RouteFiles routes)
      throws CatalogueFault, SettingsFault {
    LiveCatalogue catalogue =
        new LiveCatalogue(
            new ServiceFolder(
                settings.path("tollroute.services"),
                settings.text("tollroute.x402.settle"),
                routes::isServed));
    beans.put("liveCatalogue", catalogue);
    McpSettings mcp = mcp(settings);
    beans.put("mcpEndpoint", mcpEndpoint(catalogue, mcp));
    beans.put("mcpDiscovery", new McpDiscovery(mcp));
    beans.put("findService", new FindService(catalogue));
    RequestReader reader = new RequestReader(RequestReader.DEFAULT_LIMIT);
    beans.put("readRequest", new ReadRequest(reader));
    beans.put("refuseMisplacedToken", new RefuseMisplacedToken(reader));
    beans.put("validateInput", new ValidateInput(new InputValidator()));
    beans.put("readAnswer", new ReadAnswer(log));
    return catalogue;
  }

  private static void announce(TermsBook terms) throws Refusal, SettingsFault {
    try {
      terms.announce();
    } catch (TermsTooLong e) {
      throw new SettingsFault(List.of("tollroute.public-url: " + e.getMessage()));
    }
  }

  private static McpEndpoint mcpEndpoint(LiveCatalogue catalogue, McpSettings mcp)
      throws SettingsFault {
    try {
      return McpEndpoint.serving(catalogue::current, mcp);
    } catch (IOException e) {
      throw new SettingsFault(
          List.of("tollroute.mcp.free-tools: cannot be read (" + e.getMessage() + ")"));
    }
  }

  private static McpSettings mcp(Settings settings) {
    return new McpSettings(
        URI.create(settings.text("tollroute.public-url")),
        settings.text("tollroute.seller"),
        version(),
        settings
            .optional("tollroute.mcp.origins")
            .map(origins -> Set.copyOf(List.of(origins.split("[,\\s]+"))))
            .orElse(Set.of()),
        LOOPBACK.contains(settings.text("tollroute.host")),
        settings.whole("tollroute.mcp.page-size"),
        settings.whole("tollroute.keep-answer-seconds"),
        settings
            .optional("tollroute.mcp.free-tools")
            .map(folder -> settings.path("tollroute.mcp.free-tools")));
  }

  private void web(
      Settings settings, ErrorWords words, Envelope envelope, RequestIds ids, Doorkeeper keeper) {
    Vertx vertx =
        new Door(
                settings.whole("tollroute.http.workers"),
                settings.whole("tollroute.http.max-header-bytes"),
                settings.whole("tollroute.http.idle-seconds"),
                keeper)
            .open();
    toClose.push(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
    beans.put("vertx", vertx);
    beans.put("headerPolicy", new HeaderPolicy(ACCEPTED, RETURNED));
    beans.put("requestIds", ids);
    beans.put("refuseMethod", new RefuseMethod());
    beans.put("noteRefusal", new NoteRefusal(log));
    beans.put("noteFailure", new NoteFailure(log));
    beans.put("sortRefusal", new SortRefusal(words));
    beans.put("writeRefusal", new WriteRefusal(words, envelope));
  }

  private void limits(Settings settings, boolean limited, Clock clock) {
    CallerAddress address = new CallerAddress(settings.text("tollroute.http.trusted-proxies"));
    Rate unpaid =
        limited
            ? Rate.perSecond(
                settings.whole("tollroute.limits.unpaid-per-second"),
                settings.whole("tollroute.limits.unpaid-burst"))
            : NO_LIMIT;
    Rate payments =
        limited ? Rate.perMinute(settings.whole("tollroute.limits.payments-per-minute")) : NO_LIMIT;
    int calls = limited ? settings.whole("tollroute.limits.calls-in-flight") : Integer.MAX_VALUE;
    beans.put("limitUnpaid", new LimitRate("unpaid_per_second", unpaid, address, clock));
    beans.put("limitPayments", new LimitRate("payments_per_minute", payments, address, clock));
    beans.put("limitCalls", LimitCalls.asNamed(calls, address));
    beans.put("limitVerifiedCalls", LimitCalls.asVerified(calls));
  }

  private void payment(
      Settings settings,
      Commits commits,
      LiveCatalogue catalogue,
      TermsBook terms,
      X402Settings x402,
      Envelope envelope,
      SecureRandom random,
      Clock clock)
      throws IOException, SQLException, SettingsFault, Refusal {
    long keepSeconds = settings.whole("tollroute.keep-answer-seconds");
    long validSeconds = settings.whole("tollroute.payments.valid-days") * 24L * 3600;
    // a claim is taken over only when its call must have ended at its deadlines
    long leaseSeconds = ServeRules.secondsNeeded(settings) + 30L;
    SqlPayments payments = new SqlPayments(commits, clock, validSeconds);
    SqlLedger ledger = new SqlLedger(commits, clock, leaseSeconds, payments);
    if (!database.isShared()) {
      ledger.takeOverFromTheDead();
    }
    SealKeys keys = sealKeys(settings, random);
    AnswerSeal seal = new AnswerSeal(random, keys);
    SettlementSeal settlements = new SettlementSeal(random, keys);
    PaymentReader reader = new PaymentReader(x402, clock);
    ProofReader v2 = X402ProofReader.v2(reader, terms);
    ProofReader v1 = X402ProofReader.v1(reader, terms);
    beans.put(
        "identifyProof", new IdentifyProof(List.of(v2, v1, new TokenReader(), new BearerReader())));
    beans.put("identifySignature", new IdentifyProof(List.of(v2, v1)));
    ClaimProof claimProof = new ClaimProof(ledger, seal, settlements);
    beans.put("claimProof", claimProof);
    beans.put("claimRecognized", claimProof.ofRecognized());
    beans.put(
        "keepAnswer",
        KeepAnswer.ofProvider(ledger, seal, settlements, envelope, clock, keepSeconds));
    beans.put("keepPayment", KeepAnswer.ofOurs(ledger, seal, settlements, clock, keepSeconds));
    beans.put("recordSettlement", new RecordSettlement(ledger, clock, keepSeconds));
    beans.put("giveAnswer", new GiveAnswer());
    beans.put("noteSale", new NoteSale(settings.text("tollroute.log.sales").equals("on")));
    beans.put("endCharge", new EndCharge(ledger));
    SqlAccounts accounts = new SqlAccounts(commits, clock, validSeconds);
    DecideCharge decide =
        new DecideCharge(
            accounts,
            new SqlDecisions(commits, clock, ledger, accounts, keepSeconds),
            new SignedPayments(settlements, x402),
            settings.optional("tollroute.x402.rpc-url").isPresent(),
            clock);
    management(settings, accounts, decide, x402, clock);
    recovery(
        settings, ledger, new SqlRecovery(commits, clock, leaseSeconds, keepSeconds), settlements);
    beans.put("chainEvidence", new ChainEvidence(new SqlChainSearches(commits, clock), clock));
    beans.put(
        "walletChallenge",
        new WalletChallenge(x402, settings.optional("tollroute.x402.rpc-url").isPresent(), clock));
    InputValidator validator = new InputValidator();
    beans.put(
        "validateCredit",
        new ValidateDocument(validator.rules(RequestSchema.read("credit.schema.json")).and(PAYER)));
    beans.put("payInstructions", new PayInstructions(terms));
    beans.putAll(
        new Counter(
                catalogue,
                validator.rules(RequestSchema.read("payment.schema.json")).and(PAYER),
                payments,
                seal,
                new Counter.Rules(
                    List.of(settings.text("tollroute.payments.providers").split(" *, *")),
                    settings.whole("tollroute.payments.max-calls"),
                    settings.whole("tollroute.payments.pending-seconds"),
                    validSeconds,
                    x402.payTo(),
                    settings.optional("tollroute.payments.manual.instructions").orElse("")),
                random,
                clock)
            .steps());
  }

  private void management(
      Settings settings, Accounts accounts, DecideCharge decide, X402Settings x402, Clock clock)
      throws SettingsFault {
    Optional<String> record = settings.optional("tollroute.x402.facilitator.record-url");
    beans.put(
        "managementEngine",
        new ManagementEngine(new OperatorGate(settings.optional(ServeRules.MANAGEMENT_TOKEN))));
    beans.putAll(
        Management.with(
            accounts,
            decide,
            x402,
            new Management.Others(
                record.isPresent(), settings.optional("tollroute.x402.rpc-url").isPresent()),
            clock));
    URI facilitator = URI.create(settings.text("tollroute.x402.facilitator.url"));
    boolean theirs =
        record
            .map(url -> URI.create(url).getAuthority().equals(facilitator.getAuthority()))
            .orElse(false);
    beans.put(
        "recordAuth",
        new FacilitatorAuth(
            URI.create(record.orElse("")),
            // the facilitator's credential is for nobody else
            theirs ? credential(settings, clock) : FacilitatorAuth.Credential.none()));
    BoundedHttp chain =
        http(
            "chain",
            settings.whole("tollroute.x402.facilitator.timeout-seconds"),
            MAX_RECORD_BYTES,
            clock);
    beans.put("chainHttp", chain);
    beans.put("chainFreshHttp", chain.onFreshConnections());
    // asked so seldom that a kept connection would mostly be closed
    beans.put(
        "recordHttp", http("record", RECORD_SECONDS, MAX_RECORD_BYTES, clock).onFreshConnections());
  }

  private void recovery(
      Settings settings, SqlLedger ledger, SqlRecovery recovery, SettlementSeal settlements) {
    beans.put("recovery", recovery);
    beans.put(
        "undecidedCharges",
        new UndecidedCharges(recovery, settings.whole("tollroute.alarm.undecided-seconds")));
    beans.put("beginRecovery", new BeginRecovery(settlements, List.of(new X402Restorer())));
    beans.put("ledger", ledger);
    beans.put("owePreempted", new OwePreempted(ledger));
  }

  /** With SQLite the key stands beside the file, as both are of one machine. */
  private static SealKeys sealKeys(Settings settings, SecureRandom random) throws SettingsFault {
    Optional<String> keys = settings.optional("tollroute.ledger.key");
    try {
      return keys.isPresent()
          ? SealKeys.of(keys.get())
          : SealKeys.inFile(
              Path.of(settings.databaseUrl().substring(LedgerDatabase.SQLITE.length()) + ".key"),
              random);
    } catch (FileSystemException e) {
      throw new SettingsFault(
          List.of("tollroute.ledger.key: " + e.getFile() + " can neither be read nor made"));
    } catch (IOException e) {
      throw new SettingsFault(List.of("tollroute.ledger.key: " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      // its message may quote the key
      throw new SettingsFault(
          List.of("tollroute.ledger.key: is not 32 bytes in base64 (or several, with commas)"));
    }
  }

  private void x402(Settings settings, TermsBook terms, X402Settings x402, Clock clock)
      throws SettingsFault {
    Optional<String> node = settings.optional("tollroute.x402.rpc-url");
    beans.put("chainWatch", new ChainWatch(x402.network(), node.isPresent(), clock));
    beans.put("demandPayment", new DemandPayment(terms));
    beans.put("offerOnlyWhatSettles", new OfferOnlyWhatSettles(support));
    beans.put("receiptHeader", new ReceiptHeader());
    beans.put("facilitatorRequest", new FacilitatorRequest());
    beans.put("verifyAnswer", new VerifyAnswer(node.isPresent(), log));
    beans.put("recognizePayer", new RecognizePayer(x402));
    beans.put("recognitionAnswer", new RecognitionAnswer(log));
    beans.put("beginSettlement", new BeginSettlement(clock));
    beans.put(
        "settleAnswer",
        new SettleAnswer(settings.whole("tollroute.x402.pending-sends"), node.isPresent(), log));
    beans.put("facilitatorSupport", support);
    beans.put("watchedAnswers", new WatchedAnswers(log));
    beans.put("facilitatorUnavailable", new Refuse("facilitator_unavailable"));
    beans.put("settlementUnanswered", new SettlementUnanswered(node.isPresent()));
    beans.put(
        "facilitatorAuth",
        new FacilitatorAuth(
            URI.create(settings.text("tollroute.x402.facilitator.url")),
            credential(settings, clock)));
    BoundedHttp http =
        http("facilitator", settings.whole("tollroute.x402.facilitator.timeout-seconds"), clock);
    beans.put("facilitatorHttp", http);
    beans.put("facilitatorFreshHttp", http.onFreshConnections());
    beans.put("settlementHttp", http.onSurelyOpenConnections());
  }

  private static FacilitatorAuth.Credential credential(Settings settings, Clock clock)
      throws SettingsFault {
    return switch (settings.text("tollroute.x402.facilitator.auth")) {
      case "bearer" ->
          FacilitatorAuth.Credential.bearer(settings.text("tollroute.x402.facilitator.token"));
      case "cdp" -> cdp(settings, clock);
      default -> FacilitatorAuth.Credential.none();
    };
  }

  private static FacilitatorAuth.Credential cdp(Settings settings, Clock clock)
      throws SettingsFault {
    try {
      return FacilitatorAuth.Credential.cdp(
          settings.text("tollroute.x402.facilitator.key-id"),
          settings.text("tollroute.x402.facilitator.key-secret"),
          clock);
    } catch (IllegalArgumentException e) {
      // its message may quote the key
      throw new SettingsFault(
          List.of(
              "tollroute.x402.facilitator.key-secret: is neither base64 of an Ed25519 key nor a"
                  + " PEM of an EC key"));
    }
  }

  private void alibaba(Settings settings, Clock clock) throws IOException {
    int seconds = settings.whole("tollroute.alibaba.timeout-seconds");
    beans.put("alibabaCredentials", credentials);
    beans.put(
        "beginRpc",
        new BeginRpc(
            settings.optional("tollroute.alibaba.endpoint"),
            settings.decimal("tollroute.alibaba.calls-per-second"),
            seconds * 1000L,
            clock));
    beans.put("rateGate", new RateGate(buckets()));
    beans.put("signRpc", new SignRpc(credentials, clock));
    beans.put("readRpc", new ReadRpc(RpcErrors.read(), clock, log));
    beans.put("alibabaHttp", http("alibaba", seconds, clock));
  }

  private Buckets buckets() {
    if (!database.isShared()) {
      return Buckets.local();
    }
    // of its own, so that calls that wait for their turn keep no other from the ledger
    HikariDataSource pool = database.forgetfulPool(GATE_CONNECTIONS, GATE_PATIENCE_MILLIS);
    toClose.push(pool::close);
    return Buckets.shared(pool, Duration.ofMillis(GATE_PATIENCE_MILLIS));
  }

  private BoundedHttp http(String party, int seconds, Clock clock) {
    return http(party, seconds, MAX_ANSWER_BYTES, clock);
  }

  private BoundedHttp http(String party, int seconds, int maxBytes, Clock clock) {
    return new BoundedHttp(timer("deadline-" + party), clock, seconds * 1000L, maxBytes);
  }

  private ScheduledThreadPoolExecutor timer(String name) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    toClose.push(timer::shutdownNow);
    return timer;
  }

  /** Objects by the names that the route files use. */
  public Map<String, Object> beans() {
    return beans;
  }

  /** The account at Alibaba Cloud. */
  AlibabaCredentials credentials() {
    return credentials;
  }

  /** The version of the program; 0 where it was not packaged. */
  static String version() {
    String version = Workshop.class.getPackage().getImplementationVersion();
    return version == null ? "0" : version;
  }

  /** How many services are on sale. */
  int servicesOnSale() {
    return ((LiveCatalogue) beans.get("liveCatalogue")).current().services().size();
  }

  /** What watches over the connections of every call that goes out. */
  CheckedConnections connections() {
    return connections;
  }

  /** What stands in front of the routes. */
  public Edge edge() {
    return edge;
  }

  /** Where the addresses are that buyers almost found. */
  Directions directions() {
    return directions;
  }

  /** Conditions without which nothing can be sold. */
  List<Readiness> readiness() {
    return List.of(
        new Readiness(
            "draining",
            () ->
                edge.isDraining()
                    ? Optional.of("the process was told to stop and takes no new calls")
                    : Optional.empty()),
        new Readiness("ledger", ledgerObjection),
        new Readiness("facilitator", support::objection),
        new Readiness(
            "alibaba-credentials",
            () ->
                credentials.present()
                    ? Optional.empty()
                    : Optional.of("no credentials for Alibaba Cloud")));
  }

  private void closeAfter(Exception failure) {
    try {
      close();
    } catch (Exception unclosed) {
      failure.addSuppressed(unclosed);
    }
  }

  @Override
  public void close() {
    while (!toClose.isEmpty()) {
      toClose.pop().run();
    }
  }
}
