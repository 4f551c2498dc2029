package io.tollroute.limit;

import io.tollroute.call.FreeCalls;
import io.tollroute.call.PaymentCarrier;
import io.tollroute.ledger.Ledger;
import io.tollroute.ledger.PayerHistory;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;

/** Makes the limits on what one caller may ask for at a time. */
public final class LimitModule implements Module {

  private static final Rate NO_LIMIT = Rate.perSecond(1_000_000_000, 1_000_000_000);

  /**
   * Of three places for paid calls, so many may be taken by those of whom nothing good is known.
   */
  private static final int STRANGERS_OF_THREE = 2;

  @Override
  public void assemble(Assembly assembly) {
    Settings settings = assembly.settings();
    boolean limited = settings.text("tollroute.limits").equals("on");
    CallerAddress address = new CallerAddress(settings.text("tollroute.http.trusted-proxies"));
    Rate unpaid =
        limited
            ? Rate.perSecond(
                settings.whole("tollroute.limits.unpaid-per-second"),
                settings.whole("tollroute.limits.unpaid-burst"))
            : NO_LIMIT;
    Rate payments =
        limited ? Rate.perMinute(settings.whole("tollroute.limits.payments-per-minute")) : NO_LIMIT;
    Rate refused =
        limited
            ? Rate.perMinute(settings.whole("tollroute.limits.refused-payments-per-minute"))
            : Rate.perMinute(NO_LIMIT.amount());
    int calls = limited ? settings.whole("tollroute.limits.calls-in-flight") : Integer.MAX_VALUE;
    LimitRate free = new LimitRate("unpaid_per_second", unpaid, address, assembly.clock());
    assembly.provide(FreeCalls.class, free);
    assembly.bean("limitUnpaid", free);
    assembly.bean(
        "limitPayments", new LimitRate("payments_per_minute", payments, address, assembly.clock()));
    assembly.bean("limitCalls", LimitCalls.asNamed(calls, address));
    assembly.bean("limitVerifiedCalls", LimitCalls.asVerified(calls));
    assembly.bean(
        "limitRefused",
        new RefusedPayments(
            "refused_payments_per_minute",
            PaymentCarrier.proofNames(assembly.contributions(PaymentCarrier.class)),
            refused,
            address,
            assembly.clock()));
    UnchargedCalls uncharged =
        new UnchargedCalls(
            limited ? settings.whole("tollroute.limits.uncharged-calls") : Integer.MAX_VALUE,
            address,
            assembly.clock());
    LimitStrangers strangers = strangers(assembly, limited, uncharged, address);
    assembly.bean("limitStrangers", strangers);
    assembly.bean("limitUncharged", uncharged);
    assembly.bean("notePaid", new NotePaid(strangers, uncharged));
  }

  private static LimitStrangers strangers(
      Assembly assembly, boolean limited, UnchargedCalls uncharged, CallerAddress address) {
    Settings settings = assembly.settings();
    int paid = settings.whole("tollroute.http.max-paid-in-flight");
    return limited
        ? new LimitStrangers(
            new KnownPayers(assembly.require(PayerHistory.class)),
            uncharged::isSuspect,
            settings.text("tollroute.limits.alone-until-paid").equals("on"),
            assembly.require(Ledger.class),
            address,
            settings.whole("tollroute.limits.unverified-in-flight"),
            Math.max(1, paid * STRANGERS_OF_THREE / 3))
        : new LimitStrangers(
            new KnownPayers(payer -> true),
            holder -> false,
            false,
            assembly.require(Ledger.class),
            address,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);
  }
}
