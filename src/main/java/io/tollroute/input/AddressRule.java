package io.tollroute.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollroute.call.Refusal;
import io.tollroute.chain.Address;
import java.util.Optional;

/** A wallet that somebody names must not be mistyped: nobody could ever sign for it. */
public final class AddressRule implements DocumentRules {

  private final String field;

  /** Checks the field of this name, where it is. */
  public AddressRule(String field) {
    this.field = field;
  }

  /**
   * Lets an address pass, and whatever is none.
   *
   * @throws Refusal {@code invalid_request} when its checksum (EIP-55) is wrong, or when it is zero
   */
  @Override
  public ObjectNode accept(ObjectNode input) throws Refusal {
    Optional<Address> address = Address.of(input.path(field).asText());
    if (address.filter(Address::isZero).isPresent()) {
      throw refused("The " + field + " is the zero address, for which nobody can sign.");
    }
    if (address.filter(Address::isMistyped).isPresent()) {
      throw refused(
          "The "
              + field
              + " has a wrong checksum (EIP-55), so a digit or a letter is mistyped. Its digits are"
              + " spelled "
              + address.get().withChecksum()
              + ".");
    }
    return input;
  }

  private Refusal refused(String sentence) {
    return Refusal.of("invalid_request").at("/" + field).saying(sentence);
  }
}
