package io.tollroute.metrics;

import io.tollroute.chain.Address;
import io.tollroute.ledger.PaymentProof;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The wallets with which the operator himself buys: what they pay is no revenue. */
final class OwnWallets {

  private static final String SETTING = "tollroute.own-wallets";

  private final Set<String> addresses;

  private OwnWallets(Set<String> addresses) {
    this.addresses = addresses;
  }

  /**
   * Those of the setting.
   *
   * @throws SettingsFault with a line for each that is no address
   */
  static OwnWallets of(Settings settings) throws SettingsFault {
    Set<String> addresses = new HashSet<>();
    List<String> faults = new ArrayList<>();
    for (String written : settings.text(SETTING).split(" *, *")) {
      if (written.isEmpty()) {
        continue;
      }
      Optional<Address> address = Address.of(written);
      if (address.isEmpty()) {
        faults.add(SETTING + ": \"" + written + "\" is not 0x and 40 hexadecimal digits");
      } else if (address.get().isMistyped()) {
        faults.add(
            SETTING
                + ": "
                + written
                + " has a wrong checksum (EIP-55); its digits are spelled "
                + address.get().withChecksum());
      } else {
        addresses.add(written.toLowerCase(Locale.ROOT));
      }
    }
    if (!faults.isEmpty()) {
      throw new SettingsFault(faults);
    }
    return new OwnWallets(addresses);
  }

  /** Whether one of them has made the proof. */
  boolean made(PaymentProof proof) {
    return !addresses.isEmpty() && proof.payer().filter(this::isOne).isPresent();
  }

  boolean isOne(String payer) {
    return addresses.contains(payer.toLowerCase(Locale.ROOT));
  }
}
