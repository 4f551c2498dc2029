package io.tollroute.search;

import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import java.io.IOException;

/** Makes the search of the services on sale. */
public final class SearchModule implements Module {

  @Override
  public void assemble(Assembly assembly) throws IOException {
    LiveCatalogue catalogue = assembly.require(LiveCatalogue.class);
    assembly.bean(
        "serviceSearch",
        assembly.provide(ServiceSearch.class, ServiceSearch.of(catalogue::current)));
  }
}
