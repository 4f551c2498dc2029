package io.tollroute.x402;

import io.tollroute.call.Refusal;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Price;
import io.tollroute.catalog.Product;
import io.tollroute.catalog.Service;
import io.tollroute.corridor.PaymentTerms;
import io.tollroute.ledger.QuoteBook;
import io.tollroute.ledger.QuoteBook.Offered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terms of every service. Changed terms are offered once they are written down, so that what
 * was offered can be paid for while it is valid: after a change, a restart, and in every process.
 */
public final class TermsBook implements PaymentTerms {

  private static final Logger LOG = LoggerFactory.getLogger(TermsBook.class);

  private static final int MOST_NAMED = 3;

  /** Terms of one service that were priced for an input, and are kept ready. */
  private static final int PRICES_KEPT = 64;

  private record Page(
      Product service, Terms terms, Offered offered, boolean written, Map<Price, Terms> priced) {

    Terms at(Price price) {
      Terms known = priced.get(price);
      if (known != null) {
        return known;
      }
      Terms made = terms.at(price);
      if (priced.size() < PRICES_KEPT) {
        priced.put(price, made);
      }
      return made;
    }
  }

  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final List<Offered> unclosed = new ArrayList<>();
  private final X402Settings settings;
  private final LiveCatalogue catalogue;
  private final QuoteBook quotes;
  private final SignIn signIn;

  /**
   * Writes terms of the services of {@code catalogue} with {@code settings}.
   *
   * @param signIn how callers are asked which wallet is theirs
   */
  public TermsBook(
      X402Settings settings, LiveCatalogue catalogue, QuoteBook quotes, SignIn signIn) {
    this.settings = settings;
    this.catalogue = catalogue;
    this.quotes = quotes;
    this.signIn = signIn;
  }

  /** What the terms of a service leave out because they would be too long, a line each. */
  public static List<String> remarks(Product service, X402Settings settings) {
    return new Terms(service, settings.of(service)).remarks();
  }

  /** The terms on which a product is offered now. */
  public Terms of(Product product) {
    if (!product.isListed()) {
      return new Terms(product, settings.of(product));
    }
    Product offered = product.offered();
    Page page = pages.computeIfAbsent(product.id(), id -> page(offered, false));
    return product == offered ? page.terms() : priced(page, product);
  }

  /** What is not sold by the tariff that is offered is offered as it is without an input. */
  private Terms priced(Page page, Product product) {
    Optional<Product> offered = product.under(page.service().tariff());
    return offered.map(Product::price).map(page::at).orElse(page.terms());
  }

  @Override
  public Part of(Product sold, Refusal refusal) {
    return of(sold).part(refusal, signIn);
  }

  @Override
  public Part lasting(Product sold, Refusal refusal) {
    return of(sold).part(refusal);
  }

  private Page page(Product service, boolean written) {
    Terms terms = new Terms(service, settings.of(service));
    return new Page(
        service,
        terms,
        new Offered(
            service.id(), terms.quoted().written(), terms.quoted().settings().maxTimeoutSeconds()),
        written,
        new ConcurrentHashMap<>());
  }

  /**
   * Writes down what has changed in the catalogue, and offers it from then on; what its terms have
   * to leave out is said in the log.
   *
   * @throws Refusal {@code ledger_unavailable}; what was offered before is offered still
   */
  public synchronized void announce() throws Refusal {
    List<Page> changed = new ArrayList<>();
    List<Service> services = catalogue.current().services();
    for (Service service : services) {
      Page page = pages.get(service.id());
      if (page == null || !page.written() || page.service() != service) {
        Page made = page(service, true);
        changed.add(made);
      }
    }
    tellWhatIsLeftOut(changed);
    if (!changed.isEmpty()) {
      quotes.open(changed.stream().map(Page::offered).filter(offered -> !isOpen(offered)).toList());
      for (Page page : changed) {
        close(Optional.ofNullable(pages.put(page.service().id(), page)));
      }
    }
    for (String gone : pages.keySet()) {
      if (services.stream().noneMatch(service -> service.id().equals(gone))) {
        close(Optional.ofNullable(pages.remove(gone)));
      }
    }
    if (!unclosed.isEmpty()) {
      quotes.close(unclosed);
      unclosed.clear();
    }
  }

  /** A line for each thing that is left out, be it of one service or of a hundred. */
  private static void tellWhatIsLeftOut(List<Page> changed) {
    Map<String, List<String>> services = new LinkedHashMap<>();
    for (Page page : changed) {
      for (String remark : page.terms().remarks()) {
        services.computeIfAbsent(remark, any -> new ArrayList<>()).add(page.service().id());
      }
    }
    services.forEach(
        (remark, ids) -> {
          int more = ids.size() - MOST_NAMED;
          String named = String.join(", ", ids.subList(0, Math.min(MOST_NAMED, ids.size())));
          LOG.warn("{}{}: {}", named, more > 0 ? " and " + more + " more" : "", remark);
        });
  }

  private boolean isOpen(Offered offered) {
    Page page = pages.get(offered.service());
    return page != null && page.written() && page.offered().equals(offered);
  }

  private void close(Optional<Page> before) {
    before
        .filter(page -> page.written() && !isOpen(page.offered()))
        .ifPresent(page -> unclosed.add(page.offered()));
  }

  /**
   * Says that what is offered is offered still.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  public synchronized void renew() throws Refusal {
    announce();
    if (quotes.renew() < pages.size()) {
      // this process was away for so long that its terms were forgotten
      quotes.open(pages.values().stream().map(Page::offered).toList());
    }
  }

  /**
   * The terms that were offered and may still be paid for, by whatever process.
   *
   * @throws Refusal {@code ledger_unavailable}
   */
  List<QuotedTerms> standing(Product product) throws Refusal {
    if (product.isListed()) {
      List<QuotedTerms> standing = read(quotes.standing(product.id()));
      return product.offered() == product
          // what went by the input was not offered for any
          ? standing.stream().filter(each -> !each.tariff().goesByInput()).toList()
          : standing.stream().flatMap(each -> priced(each, product).stream()).toList();
    }
    Optional<Product.Calls> calls = product.pricedAs();
    if (calls.isEmpty()) {
      // it keeps its own price
      return read(quotes.standing()).stream()
          .map(QuotedTerms::settings)
          .distinct()
          .filter(then -> product.price().isWhole(then.decimals()))
          .map(then -> QuotedTerms.of(product, then))
          .toList();
    }
    return read(quotes.standing(calls.get().service())).stream()
        .flatMap(each -> product.under(each.tariff()).map(each::with).stream())
        .toList();
  }

  private static Optional<QuotedTerms> priced(QuotedTerms then, Product product) {
    return product
        .under(then.tariff())
        .map(Product::price)
        .filter(price -> price.isWhole(then.settings().decimals()))
        .map(then::at);
  }

  private List<QuotedTerms> read(List<String> written) {
    return written.stream().flatMap(terms -> QuotedTerms.read(terms, settings).stream()).toList();
  }
}
