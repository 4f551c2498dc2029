package io.tollroute.discovery;

import io.tollroute.answer.Envelope;
import io.tollroute.answer.ErrorWords;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.corridor.PaymentMethod;
import io.tollroute.input.RequestSchema;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes the documents by which the shop is found. */
public final class DiscoveryModule implements Module {

  private static final String CONTACT = "tollroute.contact";
  private static final Pattern REACHABLE =
      Pattern.compile("https?://[!-~]+|[^@\\s\"<>]+@[^@\\s\"<>]+\\.[^@\\s\"<>.]+");

  @Override
  public void assemble(Assembly assembly) throws SettingsFault, IOException {
    List<PaymentMethod> methods = assembly.contributions(PaymentMethod.class);
    LiveCatalogue catalogue = assembly.require(LiveCatalogue.class);
    Facts facts = facts(assembly.settings(), assembly.version(), methods);
    Window window = new Window(catalogue::current, methods);
    OpenApi openApi =
        new OpenApi(
            facts,
            assembly.require(Envelope.class),
            ErrorWords.read().all(),
            Map.of(
                "PaymentOrder", RequestSchema.read("payment.schema.json"),
                "CreditClaim", RequestSchema.read("credit.schema.json")));
    assembly.bean(
        "giveDocument",
        new GiveDocument(window, new Documents().with("openapi", "application/json", openApi)));
  }

  private static Facts facts(Settings settings, String version, List<PaymentMethod> methods)
      throws SettingsFault {
    return new Facts(
        settings.text("tollroute.public-url"),
        settings.text("tollroute.seller"),
        version,
        contact(settings),
        List.of(settings.text("tollroute.payments.providers").split(" *, *")),
        settings.whole("tollroute.keep-answer-seconds"),
        methods);
  }

  private static Optional<String> contact(Settings settings) throws SettingsFault {
    Optional<String> contact = settings.optional(CONTACT);
    if (contact.isPresent() && !REACHABLE.matcher(contact.get()).matches()) {
      throw new SettingsFault(List.of(CONTACT + ": is neither an e-mail address nor a URL"));
    }
    return contact;
  }
}
