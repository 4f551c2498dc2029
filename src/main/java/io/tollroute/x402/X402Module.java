package io.tollroute.x402;

import io.tollroute.breaker.Breakers;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.call.Refusal;
import io.tollroute.call.Refuse;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.ServiceRule;
import io.tollroute.chain.ChainInquiry;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.corridor.ProofCheck;
import io.tollroute.ledger.ChainSearches;
import io.tollroute.ledger.Lease;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.Listings;
import io.tollroute.ledger.QuoteBook;
import io.tollroute.ledger.RestoreMark;
import io.tollroute.ledger.sql.DatabaseFault;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.outbound.BoundedHttp;
import io.tollroute.seal.CallerNames;
import io.tollroute.seal.SettlementSeal;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Makes the payment method x402: terms, proofs, the facilitator and the chain behind it. */
public final class X402Module implements Module {

  private static final String FACILITATOR_TIMEOUT = "tollroute.x402.facilitator.timeout-seconds";

  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final int MAX_RECORD_BYTES = 4 << 20;
  private static final int RECORD_SECONDS = 60;

  /** Headers of x402 v2 and v1 (HTTP transports), and fields of its MCP transport. */
  public static final PaymentCarrier CARRIER =
      new PaymentCarrier(
          X402Payment.METHOD,
          List.of(
              new PaymentCarrier.Header(X402ProofReader.V2_HEADER, "x402 v2"),
              new PaymentCarrier.Header(X402ProofReader.V1_HEADER, "x402 v1")),
          List.of(Terms.HEADER),
          List.of(X402Payment.V2_RECEIPT, X402Payment.V1_RECEIPT),
          new PaymentCarrier.Mcp(
              Optional.empty(),
              Optional.of(base64("x402/payment")),
              Optional.of(base64("x402/error")),
              Optional.of(base64("x402/payment-response")),
              "x402 clients sign accepts[0] and send it in _meta[\"x402/payment\"]"));

  private static PaymentCarrier.Field base64(String key) {
    return new PaymentCarrier.Field(key, PaymentCarrier.Encoding.BASE64);
  }

  @Override
  public void announce(Assembly assembly) {
    assembly.contribute(PaymentCarrier.class, CARRIER);
    assembly.contribute(Lease.class, lease(assembly.settings()));
    assembly.contribute(
        ServiceRule.class,
        new WholeUnits(assembly.settings().whole("tollroute.x402.asset-decimals")));
  }

  @Override
  public void assemble(Assembly assembly) throws SettingsFault, IOException {
    Settings settings = assembly.settings();
    X402Settings x402 = assembly.provide(X402Settings.class, settings(settings));
    TermsBook terms = terms(assembly, x402);
    facilitator(assembly, x402, terms);
    chain(assembly, x402);
    record(assembly);
  }

  private static TermsBook terms(Assembly assembly, X402Settings x402) throws SettingsFault {
    SignIn signIn =
        assembly.provide(
            SignIn.class,
            new SignIn(x402, assembly.require(CallerNames.class)::of, assembly.clock()));
    TermsBook terms =
        new TermsBook(
            x402, assembly.require(LiveCatalogue.class), assembly.require(QuoteBook.class), signIn);
    announce(terms, assembly.settings());
    PaymentReader reader = new PaymentReader(x402, assembly.clock());
    assembly.contribute(
        PaymentMethod.class,
        new PaymentMethod(
            CARRIER,
            false,
            List.of(X402ProofReader.v2(reader, terms), X402ProofReader.v1(reader, terms)),
            Optional.of(new X402Restorer()),
            terms,
            Optional.of(new PaymentMethod.Account("x402_facilitator", x402.payTo()))));
    assembly.bean("termsBook", terms);
    assembly.bean("payInstructions", new PayInstructions(terms));
    assembly.bean("receiptHeader", new ReceiptHeader());
    return terms;
  }

  private static void announce(TermsBook terms, Settings settings) throws SettingsFault {
    try {
      terms.announce();
    } catch (TermsTooLong e) {
      throw new SettingsFault(List.of("tollroute.public-url: " + e.getMessage()));
    } catch (Refusal e) {
      // the first thing that is written
      throw DatabaseFault.of(settings, e.getCause());
    }
  }

  private static void facilitator(Assembly assembly, X402Settings x402, TermsBook terms)
      throws SettingsFault {
    Settings settings = assembly.settings();
    Clock clock = assembly.clock();
    SparseLog log = assembly.require(SparseLog.class);
    boolean node = asksNode(settings);
    PayerSignature signature = new PayerSignature(x402);
    assembly.contribute(ProofCheck.class, new CheckPayment(signature, terms));
    FacilitatorSupport support =
        new FacilitatorSupport(
            x402.network(),
            settings.whole("tollroute.x402.facilitator.supported-poll-ms"),
            settings.whole("tollroute.x402.facilitator.grace-seconds") * 1000L,
            clock,
            log);
    assembly.ready("facilitator", support::objection);
    assembly.bean("facilitatorSupport", support);
    assembly.bean("offerOnlyWhatSettles", new OfferOnlyWhatSettles(support));
    assembly.bean("facilitatorRequest", new FacilitatorRequest());
    assembly.bean("verifyAnswer", new VerifyAnswer(node, log));
    assembly.bean("recognizePayer", new RecognizePayer(signature));
    assembly.bean("recognitionAnswer", new RecognitionAnswer(log));
    assembly.bean("beginSettlement", new BeginSettlement(clock));
    assembly.bean(
        "settleAnswer",
        new SettleAnswer(settings.whole("tollroute.x402.pending-sends"), node, log));
    assembly.bean("noteListing", new NoteListing(assembly.require(Listings.class), clock));
    assembly.bean("watchedAnswers", new WatchedAnswers(log));
    assembly.bean("facilitatorUnavailable", new Refuse("facilitator_unavailable"));
    assembly.bean("settlementUnanswered", new SettlementUnanswered(node));
    FacilitatorAuth auth =
        new FacilitatorAuth(
            URI.create(settings.text("tollroute.x402.facilitator.url")),
            credential(settings, clock));
    BoundedHttp http =
        http(
            assembly,
            "facilitator",
            settings.whole("tollroute.x402.facilitator.timeout-seconds"),
            MAX_ANSWER_BYTES);
    assembly.bean("facilitatorHttp", auth.within(http));
    assembly.bean("facilitatorFreshHttp", auth.within(http.onFreshConnections()));
    assembly.bean("settlementHttp", auth.within(http.onSurelyOpenConnections()));
    FacilitatorSickness sickness = new FacilitatorSickness();
    assembly.bean(
        "facilitatorBreaker",
        assembly
            .require(Breakers.class)
            .of("facilitator", sickness::ofFailure, sickness::ofAnswer));
  }

  private static void chain(Assembly assembly, X402Settings x402) {
    Settings settings = assembly.settings();
    Clock clock = assembly.clock();
    boolean node = asksNode(settings);
    assembly.provide(
        SignedPayments.class, new SignedPayments(assembly.require(SettlementSeal.class), x402));
    assembly.bean("chainWatch", new ChainWatch(x402.network(), node, clock));
    assembly.bean("chainEvidence", new ChainEvidence(assembly.require(ChainSearches.class), clock));
    assembly.bean("walletChallenge", new WalletChallenge(x402, node, clock));
    assembly.bean(
        "paidBeforeRestore",
        new PaidBeforeRestore(
            assembly.find(RestoreMark.class),
            node,
            x402,
            assembly.require(LiveCatalogue.class),
            clock));
    assembly.bean("owePreempted", new OwePreempted(assembly.require(Ledger.class)));
    BoundedHttp chain =
        http(
            assembly,
            "chain",
            settings.whole("tollroute.x402.facilitator.timeout-seconds"),
            MAX_RECORD_BYTES);
    assembly.bean("chainHttp", chain);
    assembly.bean("chainFreshHttp", chain.onFreshConnections());
  }

  /** What the facilitator has on record, for the operator's reconciliation. */
  private static void record(Assembly assembly) throws SettingsFault {
    Settings settings = assembly.settings();
    Optional<URI> record =
        settings.optional("tollroute.x402.facilitator.record-url").map(URI::create);
    URI facilitator = URI.create(settings.text("tollroute.x402.facilitator.url"));
    boolean theirs =
        record.map(url -> url.getAuthority().equals(facilitator.getAuthority())).orElse(false);
    FacilitatorAuth auth =
        new FacilitatorAuth(
            record.orElse(URI.create("")),
            // the facilitator's credential is for nobody else
            theirs ? credential(settings, assembly.clock()) : FacilitatorAuth.Credential.none());
    // asked so seldom that a kept connection would mostly be closed
    assembly.bean(
        "recordHttp",
        auth.within(
            http(assembly, "record", RECORD_SECONDS, MAX_RECORD_BYTES).onFreshConnections()));
  }

  private static BoundedHttp http(Assembly assembly, String party, int seconds, int maxBytes) {
    return new BoundedHttp(
        assembly.timer("deadline-" + party), assembly.clock(), seconds * 1000L, maxBytes);
  }

  static FacilitatorAuth.Credential credential(Settings settings, Clock clock)
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

  /**
   * What the settings ask buyers for.
   *
   * @param callSeconds how long a call and its settlement may take
   */
  public static X402Settings settings(Settings settings) throws IOException {
    String network = settings.text("tollroute.x402.network");
    Optional<KnownAssets.Asset> usual = KnownAssets.read().of(network);
    return new X402Settings(
        network,
        settings.text("tollroute.x402.pay-to"),
        settings
            .optional("tollroute.x402.asset")
            .orElseGet(() -> usual.map(KnownAssets.Asset::address).orElse("")),
        settings
            .optional("tollroute.x402.asset-name")
            .orElseGet(() -> usual.map(KnownAssets.Asset::name).orElse("")),
        settings
            .optional("tollroute.x402.asset-version")
            .orElseGet(() -> usual.map(KnownAssets.Asset::version).orElse("")),
        settings.whole("tollroute.x402.asset-decimals"),
        settings.whole("tollroute.x402.max-timeout-seconds"),
        secondsNeeded(settings),
        settings.text("tollroute.public-url"),
        settings.text("tollroute.seller"),
        IconUrl.of(settings.text("tollroute.icon-url")));
  }

  /**
   * The validity that a payment must have left to be verified and settled: both at their deadlines,
   * and what facilitators want left at the end.
   */
  public static int secondsNeeded(Settings settings) {
    return 2 * settings.whole(FACILITATOR_TIMEOUT) + 6;
  }

  /** Whether a node of the chain is asked what became of payments. */
  public static boolean asksNode(Settings settings) {
    return settings.optional("tollroute.x402.rpc-url").isPresent();
  }

  /** A facilitator may be asked twice to verify, and be sent a pending settlement many times. */
  private static Lease lease(Settings settings) {
    long facilitator = settings.whole(FACILITATOR_TIMEOUT);
    long sends = settings.whole("tollroute.x402.pending-sends");
    long pauses = (sends - 1) * settings.whole("tollroute.x402.pending-delay-ms") / 1000;
    long chain = asksNode(settings) ? ChainInquiry.LONGEST_SECONDS + facilitator : 0;
    return new Lease(2 * facilitator + chain, sends * facilitator + pauses + chain);
  }
}
