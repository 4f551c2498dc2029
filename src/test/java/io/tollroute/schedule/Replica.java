package io.tollroute.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWords;
import io.tollroute.breaker.BreakerRules;
import io.tollroute.breaker.Breakers;
import io.tollroute.breaker.ProviderBreaker;
import io.tollroute.call.CallSlots;
import io.tollroute.call.Refusal;
import io.tollroute.call.Refuse;
import io.tollroute.catalog.CatalogueSlots;
import io.tollroute.catalog.FindService;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.corridor.BeginRecovery;
import io.tollroute.corridor.CheckProof;
import io.tollroute.corridor.ClaimProof;
import io.tollroute.corridor.CorridorSlots;
import io.tollroute.corridor.DemandPayment;
import io.tollroute.corridor.EndCharge;
import io.tollroute.corridor.GiveAnswer;
import io.tollroute.corridor.IdentifyProof;
import io.tollroute.corridor.KeepAnswer;
import io.tollroute.corridor.NameShare;
import io.tollroute.corridor.NoteSale;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.corridor.ProofReader;
import io.tollroute.corridor.RecordSettlement;
import io.tollroute.input.InputSlots;
import io.tollroute.input.InputValidator;
import io.tollroute.input.PriceByInput;
import io.tollroute.input.PublicUrl;
import io.tollroute.input.ReadRequest;
import io.tollroute.input.RefuseMisplacedToken;
import io.tollroute.input.RequestReader;
import io.tollroute.input.RequestSchema;
import io.tollroute.input.ValidateDocument;
import io.tollroute.input.ValidateInput;
import io.tollroute.job.JobSteps;
import io.tollroute.ledger.Lease;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.NewToken;
import io.tollroute.ledger.TokenHash;
import io.tollroute.ledger.UndecidedCharges;
import io.tollroute.ledger.sql.OldCharges;
import io.tollroute.ledger.sql.SqlChainSearches;
import io.tollroute.ledger.sql.SqlJobs;
import io.tollroute.ledger.sql.SqlLedger;
import io.tollroute.ledger.sql.SqlQuotes;
import io.tollroute.ledger.sql.SqlRecovery;
import io.tollroute.ledger.sql.SqlTokens;
import io.tollroute.ledger.sql.Transactions;
import io.tollroute.log.SparseLog;
import io.tollroute.purchase.TokenReader;
import io.tollroute.purchase.TokenSale;
import io.tollroute.seal.AnswerSeal;
import io.tollroute.seal.JobSeal;
import io.tollroute.seal.SealKeys;
import io.tollroute.seal.SettlementSeal;
import io.tollroute.web.NoteFailure;
import io.tollroute.web.NoteRefusal;
import io.tollroute.web.SortRefusal;
import io.tollroute.web.WriteRefusal;
import io.tollroute.x402.BeginSettlement;
import io.tollroute.x402.ChainEvidence;
import io.tollroute.x402.FacilitatorRequest;
import io.tollroute.x402.OwePreempted;
import io.tollroute.x402.PayInstructions;
import io.tollroute.x402.PaymentReader;
import io.tollroute.x402.ReceiptHeader;
import io.tollroute.x402.RecognitionAnswer;
import io.tollroute.x402.RecognizePayer;
import io.tollroute.x402.SettleAnswer;
import io.tollroute.x402.SettlementUnanswered;
import io.tollroute.x402.SignIn;
import io.tollroute.x402.TermsBook;
import io.tollroute.x402.VerifyAnswer;
import io.tollroute.x402.WalletChallenge;
import io.tollroute.x402.WatchedAnswers;
import io.tollroute.x402.X402Module;
import io.tollroute.x402.X402ProofReader;
import io.tollroute.x402.X402Restorer;
import io.tollroute.x402.X402Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * One process of the product without its web server: the real route files over the real steps and
 * the real ledger. Facilitator, chain, provider and time are the schedule's.
 */
final class Replica implements AutoCloseable {

  static final String SERVICE = "after-service";
  static final String FIRST_SERVICE = "first-service";
  static final String JOB_SERVICE = "job-service";

  /** How long a job may take. */
  static final int JOB_SECONDS = 60;

  static final long KEEP_SECONDS = 900;
  private static final long VALID_SECONDS = 30L * 24 * 3600;

  /** Longest validity of a payment, and how much of it a call needs. */
  static final int TIMEOUT_SECONDS = 300;

  private static final int SECONDS_NEEDED = 20;

  /** With the usual time of a provider as long as {@link World#LEASE_SECONDS} says. */
  private static final Lease LEASE = new Lease(0, 30);

  private static final X402Settings X402 =
      new X402Settings(
          "eip155:84532",
          "0x" + "ab".repeat(20),
          "0x" + "cd".repeat(20),
          "USDC",
          "2",
          6,
          TIMEOUT_SECONDS,
          SECONDS_NEEDED,
          "https://shop.example",
          "shop",
          Optional.empty());

  /** Both replicas must open what either has sealed. */
  private static final SealKeys KEYS =
      SealKeys.of(Base64.getEncoder().encodeToString(new byte[32]));

  private static final List<String> ROUTES =
      List.of(
          "errors",
          "outbound",
          "tool-call",
          "jobs",
          "reconcile",
          "payment/x402",
          "payment/token",
          "payment/free",
          "payment/facilitator",
          "payment/chain",
          "payment/payments",
          "payment/provider-x402");

  /** Steps that only bound how much is done. */
  private static final Set<String> LIMITS =
      Set.of(
          "limitUnpaid",
          "limitPayments",
          "limitCalls",
          "limitVerifiedCalls",
          "limitRefused",
          "limitStrangers",
          "limitUncharged",
          "notePaid");

  /** Steps that only count. */
  private static final Set<String> COUNTS =
      Set.of(
          "countDemand",
          "countRefusal",
          "countSale",
          "countWorking",
          "countDocument",
          "countMessage",
          "countIncome");

  private final ObjectMapper json = new ObjectMapper();
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final ProducerTemplate template;
  private final Transactions transactions;
  private final SqlTokens tokens;
  private final LiveCatalogue catalogue;
  private final TermsBook terms;
  private final Supplier<World> world;

  Replica(
      Transactions real,
      Path services,
      Clock clock,
      Supplier<World> world,
      UnaryOperator<Processor> settleAnswer)
      throws Exception {
    this.world = world;
    this.transactions = new StagedCommits(real, world);
    this.tokens = new SqlTokens(transactions, clock, VALID_SECONDS);
    this.catalogue = new LiveCatalogue(new ServiceFolder(services));
    ErrorWords words = ErrorWords.read();
    Envelope envelope = new Envelope(words, "https://shop.example/docs/errors");
    this.terms =
        new TermsBook(
            X402,
            catalogue,
            new SqlQuotes(transactions, clock, UUID.randomUUID().toString()),
            new SignIn(X402, UnaryOperator.identity(), clock));
    Registry beans = camel.getRegistry();
    money(beans, words, envelope, clock);
    facilitator(beans, clock, settleAnswer);
    web(beans, words, envelope, new SparseLog(clock));
    LIMITS.forEach(name -> beans.bind(name, new NoLimit()));
    routes();
    // the calls of those who crashed are in flight for ever
    camel.getShutdownStrategy().setTimeout(1);
    camel.getShutdownStrategy().setLogInflightExchangesOnTimeout(false);
    camel.start();
    template = camel.createProducerTemplate();
  }

  /** Lets everybody pass; the schedule has its own bounds. Public, as routes call it. */
  public static final class NoLimit implements Processor {
    @Override
    public void process(Exchange exchange) {
      // nothing is counted
    }

    /** Counts nothing. */
    public void unread(Exchange exchange) {
      // nothing is counted
    }

    /** Counts nothing. */
    public void early(Exchange exchange) {
      // nothing is counted
    }

    /** Lets nobody wait. */
    public void aloneUntilPaid(Exchange exchange) {
      // nothing is counted
    }

    /** Counts nothing. */
    public void unproven(Exchange exchange) {
      // nothing is counted
    }

    /** Asks nothing. */
    public void stranger(Exchange exchange) {
      // nothing is counted
    }

    /** Notes nothing. */
    public void asks(Exchange exchange) {
      // nothing is counted
    }

    /** Notes nothing. */
    public void refused(Exchange exchange) {
      // nothing is counted
    }

    /** What the corridor has to know of a proof that is good. */
    public void verified(Exchange exchange) {
      CorridorSlots.VERIFIED.put(exchange, true);
    }
  }

  private void money(Registry beans, ErrorWords words, Envelope envelope, Clock clock)
      throws IOException {
    SecureRandom random = new SecureRandom();
    Ledger ledger =
        new WatchedLedger(new SqlLedger(transactions, clock, World.LEASE_SECONDS, tokens), world);
    AnswerSeal seal = new AnswerSeal(random, KEYS);
    SettlementSeal settlements = new SettlementSeal(random, KEYS);
    PaymentReader reader = new PaymentReader(X402, clock);
    ProofReader v2 = X402ProofReader.v2(reader, terms);
    ProofReader v1 = X402ProofReader.v1(reader, terms);
    beans.bind("identifyProof", new IdentifyProof(List.of(v2, v1, new TokenReader())));
    PaymentMethod x402 =
        new PaymentMethod(
            X402Module.CARRIER,
            false,
            List.of(v2, v1),
            Optional.of(new X402Restorer()),
            terms,
            Optional.empty());
    beans.bind("demandPayment", new DemandPayment(envelope, List.of(terms)));
    beans.bind("identifySignature", new IdentifyProof(List.of(v2, v1)));
    // nobody signs here
    beans.bind("checkProof", new CheckProof(List.of()));
    beans.bind("noteListing", (Processor) exchange -> {});
    beans.bind("paidBeforeRestore", (Processor) exchange -> {});
    ClaimProof claimProof = new ClaimProof(ledger, seal, settlements, LEASE);
    beans.bind("claimProof", claimProof);
    beans.bind("claimRecognized", claimProof.ofRecognized());
    beans.bind("nameShare", new NameShare(random));
    beans.bind(
        "keepAnswer",
        KeepAnswer.ofProvider(ledger, seal, settlements, envelope, clock, KEEP_SECONDS));
    beans.bind("keepPayment", KeepAnswer.ofOurs(ledger, seal, settlements, clock, KEEP_SECONDS));
    beans.bind("recordSettlement", new RecordSettlement(ledger, clock, KEEP_SECONDS, LEASE));
    beans.bind("giveAnswer", new GiveAnswer());
    beans.bind("noteSale", new NoteSale(false, new SparseLog(clock)));
    COUNTS.forEach(name -> beans.bind(name, (Processor) exchange -> {}));
    beans.bind("endCharge", new EndCharge(ledger, words));
    beans.bind("owePreempted", new OwePreempted(ledger));
    beans.bind("ledger", ledger);
    WatchedRecovery recovery =
        new WatchedRecovery(
            new SqlRecovery(transactions, clock, World.LEASE_SECONDS, KEEP_SECONDS), world);
    beans.bind("recovery", recovery);
    beans.bind("oldCharges", new OldCharges(transactions, clock, 0, true));
    beans.bind("undecidedCharges", new UndecidedCharges(recovery, Long.MAX_VALUE));
    beans.bind("beginRecovery", new BeginRecovery(settlements, List.of(new X402Restorer())));
    InputValidator validator = new InputValidator(PublicUrl.read());
    new JobSteps(
            new JobSteps.Books(
                ledger, new WatchedJobs(new SqlJobs(transactions, clock), clock, world)),
            new JobSteps.Seals(seal, settlements, new JobSeal(random, KEYS)),
            catalogue,
            envelope,
            List.of(new X402Restorer()),
            new JobSteps.Rules(
                "https://shop.example/api/jobs/",
                100,
                0,
                1,
                Integer.MAX_VALUE,
                KEEP_SECONDS,
                World.LEASE_SECONDS),
            random,
            clock)
        .steps()
        .forEach(beans::bind);
    beans.bind("validateInput", new ValidateInput(validator));
    beans.bind("freeCall", (Processor) exchange -> {});
    beans.bind(
        "priceByInput",
        new PriceByInput(
            new RequestReader(RequestReader.DEFAULT_LIMIT),
            validator,
            List.of("PAYMENT-SIGNATURE", "X-Payment-Token")));
    beans.bind(
        "refuseMisplacedToken",
        new RefuseMisplacedToken(new RequestReader(RequestReader.DEFAULT_LIMIT)));
    beans.bind(
        "validateCredit",
        new ValidateDocument(validator.rules(RequestSchema.read("credit.schema.json"))));
    new TokenSale(
            catalogue,
            validator.rules(RequestSchema.read("payment.schema.json")),
            tokens,
            seal,
            new TokenSale.Rules(List.of("x402"), 100, 3600, VALID_SECONDS, List.of(x402), ""),
            random,
            clock)
        .steps()
        .forEach(beans::bind);
    beans.bind("walletChallenge", new WalletChallenge(X402, true, clock));
  }

  private void facilitator(Registry beans, Clock clock, UnaryOperator<Processor> settleAnswer) {
    beans.bind("payInstructions", new PayInstructions(terms));
    beans.bind("offerOnlyWhatSettles", new NoLimit());
    beans.bind("receiptHeader", new ReceiptHeader());
    beans.bind("facilitatorRequest", new FacilitatorRequest());
    beans.bind("verifyAnswer", new VerifyAnswer(true, new SparseLog(clock)));
    beans.bind("recognizePayer", new RecognizePayer(X402));
    beans.bind("recognitionAnswer", new RecognitionAnswer(new SparseLog(clock)));
    beans.bind("beginSettlement", new BeginSettlement(clock));
    beans.bind("settleAnswer", settleAnswer.apply(new SettleAnswer(3, true, new SparseLog(clock))));
    beans.bind(
        "chainEvidence", new ChainEvidence(new SqlChainSearches(transactions, clock), clock));
    beans.bind("facilitatorUnavailable", new Refuse("facilitator_unavailable"));
    beans.bind("settlementUnanswered", new SettlementUnanswered(true));
    Breakers breakers =
        new Breakers(new BreakerRules(false, 20, 50, 10), clock, new SparseLog(clock));
    beans.bind("facilitatorBreaker", breakers.of("facilitator"));
    beans.bind("providerBreaker", new ProviderBreaker(breakers));
    camel.addComponent(StandIns.SCHEME, new StandIns(world));
  }

  private void web(Registry beans, ErrorWords words, Envelope envelope, SparseLog log) {
    beans.bind("sparseLog", log);
    beans.bind("watchedAnswers", new WatchedAnswers(log));
    beans.bind("findService", new FindService(catalogue));
    beans.bind("readRequest", new ReadRequest(new RequestReader(RequestReader.DEFAULT_LIMIT)));
    beans.bind("noteRefusal", new NoteRefusal(log));
    beans.bind("noteFailure", new NoteFailure(log));
    beans.bind("sortRefusal", new SortRefusal(words));
    beans.bind("writeRefusal", new WriteRefusal(words, envelope));
    beans.bind(
        "callProvider", (Processor) exchange -> exchange.getMessage().setBody(called(exchange)));
  }

  /** Who has jobs begins one, or is asked for one. */
  private byte[] called(Exchange exchange) throws Refusal {
    String key = CorridorSlots.CHARGE.of(exchange).key();
    JsonNode job = InputSlots.INPUT.of(exchange).path("job");
    if (!job.isMissingNode()) {
      return world.get().look(key, job.asInt());
    }
    byte[] answer = world.get().work(key);
    boolean goesOn = CatalogueSlots.SERVICE.of(exchange).provider().job().isPresent();
    return goesOn ? world.get().begun(answer) : answer;
  }

  private void routes() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("tollroute.reconcile-ms", "1000");
    properties.setProperty("tollroute.jobs.look-ms", "1000");
    properties.setProperty("tollroute.jobs.wait-poll-ms", "20");
    properties.setProperty("tollroute.x402.pending-delay-ms", "0");
    properties.setProperty("tollroute.x402.facilitator.url", StandIns.SCHEME + ":facilitator");
    properties.setProperty("tollroute.x402.rpc-url", StandIns.SCHEME + ":chain");
    camel.getPropertiesComponent().setInitialProperties(properties);
    camel.getComponent("direct", DirectComponent.class).setBlock(false);
    List<Resource> files = new ArrayList<>();
    for (String name : ROUTES) {
      files.add(ResourceHelper.resolveResource(camel, "file:routes/" + name + ".camel.yaml"));
    }
    files.add(ResourceHelper.fromString("stand-ins.camel.yaml", STAND_INS));
    PluginHelper.getRoutesLoader(camel).loadRoutes(files);
    // the terms can always be settled here
    camel.removeRouteDefinition(camel.getRouteDefinition("facilitator-supported"));
    camel.removeRouteDefinition(camel.getRouteDefinition("ask-supported"));
    camel.removeRouteDefinition(camel.getRouteDefinition("chain-watch"));
    camel.removeRouteDefinition(camel.getRouteDefinition("watch-ledger"));
    camel.removeRouteDefinition(camel.getRouteDefinition("held-back-lines"));
    camel.removeRouteDefinition(camel.getRouteDefinition("http-job"));
    onDemand("look-at-jobs");
    onDemand("reconcile");
    onDemand("erase-expired");
    for (String route : List.of("reconcile", "look-at-jobs")) {
      for (var step : camel.getRouteDefinition(route).getOutputs()) {
        if (step instanceof SplitDefinition split) {
          // of the schedule's threads one runs at a time
          split.setParallelProcessing("false");
        }
      }
    }
  }

  private static final String STAND_INS =
      """
      - route:
          id: answer-as-it-is
          from:
            uri: direct:write-answer
            steps:
              - setHeader:
                  name: X-Request-Id
                  expression:
                    variable:
                      expression: requestId
      """;

  /** The schedule says when, not the clock on the wall. */
  private void onDemand(String id) {
    RouteDefinition route = camel.getRouteDefinition(id);
    route.getInput().setUri("direct:" + id);
  }

  /** Reads its services again and offers what they cost now. */
  void reload() throws Refusal {
    catalogue.reload();
    terms.announce();
  }

  /** Says that what it offers is offered still. */
  void renewOffers() throws Refusal {
    terms.renew();
  }

  /** What a call of a service costs, as x402 payment requirements. */
  ObjectNode terms(String service) {
    return terms.of(catalogue.current().find(service).orElseThrow()).requirements();
  }

  /** Orders calls that are to be paid later. */
  ObjectNode order(int calls) {
    Exchange answered =
        template.send(
            "direct:create-payment",
            exchange -> {
              CallSlots.REQUEST_ID.put(exchange, "req_order");
              exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
              exchange
                  .getMessage()
                  .setBody(
                      json.createObjectNode()
                          .put("serviceId", SERVICE)
                          .put("calls", calls)
                          .toString()
                          .getBytes(StandardCharsets.UTF_8));
            });
    rethrow(answered);
    return (ObjectNode) read(answered).body();
  }

  /** Does what a request asks for. */
  Attempt.Reply answer(Attempt attempt) {
    Ticket ticket = attempt.ticket();
    Exchange answered =
        template.send(
            ticket.route(),
            exchange -> {
              CallSlots.REQUEST_ID.put(exchange, "req_" + attempt.name());
              exchange.getMessage().setHeader("service", ticket.service());
              exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
              ticket.headers().forEach(exchange.getMessage()::setHeader);
              exchange.getMessage().setBody(ticket.body(attempt.isOther()));
            });
    rethrow(answered);
    return read(answered);
  }

  private Attempt.Reply read(Exchange answered) {
    JsonNode body = body(answered.getMessage().getBody());
    return new Attempt.Reply(
        answered.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class),
        body.path("error").asText(),
        body.path("charged").asText(),
        body.path("retryable").asBoolean(),
        body);
  }

  private JsonNode body(Object body) {
    try {
      if (body instanceof ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return json.readTree(bytes);
      }
      return json.readTree((byte[]) body);
    } catch (IOException e) {
      throw new IllegalStateException("an answer that is not JSON", e);
    }
  }

  /** What the timer does again and again. */
  void reconcile() {
    run("direct:reconcile");
  }

  void lookAtJobs() {
    run("direct:look-at-jobs");
  }

  void eraseExpired() {
    run("direct:erase-expired");
  }

  private void run(String route) {
    rethrow(template.send(route, exchange -> {}));
  }

  private static void rethrow(Exchange done) {
    Optional<Throwable> thrown = Optional.ofNullable(done.getException());
    while (thrown.isPresent()) {
      if (thrown.get() instanceof Turns.Crash crash) {
        throw crash;
      }
      thrown = Optional.ofNullable(thrown.get().getCause());
    }
    if (done.getException() != null) {
      throw new IllegalStateException(done.getException());
    }
  }

  /** Gives a token instead of an answer that is paid, to somebody who has shown to be the payer. */
  void credit(String chargeKey, String name, Clock clock) throws Refusal {
    long expires = clock.instant().getEpochSecond() + 3600;
    tokens.credit(
        chargeKey,
        new NewToken(
            "pay_" + name,
            TokenHash.of("tok_" + name),
            SERVICE,
            200_000,
            "USD",
            1,
            Optional.empty(),
            "credit",
            Optional.empty(),
            expires));
    world.get().point("before the credit goes out");
  }

  /** The key under which the ledger knows a payment. */
  static String chargeKey(String payer, String nonce) {
    return String.join(":", "x402", X402.network(), X402.asset(), payer, nonce);
  }

  @Override
  public void close() throws IOException {
    camel.close();
    transactions.close();
  }
}
