package io.tollroute.x402;

import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceRule;
import java.util.List;

/** A price is a whole number of the smallest units of the token in which it is paid. */
public final class WholeUnits implements ServiceRule {

  private final int decimals;

  /** A token of so many {@code decimals}. */
  public WholeUnits(int decimals) {
    this.decimals = decimals;
  }

  @Override
  public List<Offence> offences(Service service) {
    return service.tariff().isWhole(decimals)
        ? List.of()
        : List.of(
            new Offence(
                "/price",
                "is finer than the token in which it is paid, which has "
                    + decimals
                    + " decimals (tollroute.x402.asset-decimals)"));
  }
}
