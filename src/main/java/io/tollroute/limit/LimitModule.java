package io.tollroute.limit;

import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;

/** Makes the limits on what one caller may ask for at a time. */
public final class LimitModule implements Module {

  private static final Rate NO_LIMIT = Rate.perSecond(1_000_000_000, 1_000_000_000);

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
    int calls = limited ? settings.whole("tollroute.limits.calls-in-flight") : Integer.MAX_VALUE;
    assembly.bean(
        "limitUnpaid", new LimitRate("unpaid_per_second", unpaid, address, assembly.clock()));
    assembly.bean(
        "limitPayments", new LimitRate("payments_per_minute", payments, address, assembly.clock()));
    assembly.bean("limitCalls", LimitCalls.asNamed(calls, address));
    assembly.bean("limitVerifiedCalls", LimitCalls.asVerified(calls));
  }
}
