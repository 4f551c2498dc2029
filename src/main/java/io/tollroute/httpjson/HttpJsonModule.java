package io.tollroute.httpjson;

import io.tollroute.catalog.Provider;
import io.tollroute.catalog.ProviderKind;
import io.tollroute.input.PublicHosts;
import io.tollroute.log.SparseLog;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.outbound.BoundedHttp;
import io.tollroute.outbound.GuardedConnections;
import io.tollroute.settings.Settings;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Makes the provider of HTTP APIs that speak JSON. */
public final class HttpJsonModule implements Module {

  @Override
  public void announce(Assembly assembly) throws IOException {
    Settings settings = assembly.settings();
    AllowedHosts hosts =
        assembly.provide(
            AllowedHosts.class,
            new AllowedHosts(
                PublicHosts.read(), settings.text("tollroute.http-json.allowed-hosts")));
    HttpJsonProvider kind =
        assembly.provide(
            HttpJsonProvider.class,
            HttpJsonProvider.with(name -> settings.variable(name).isPresent(), hosts));
    assembly.contribute(ProviderKind.class, kind);
  }

  @Override
  public void assemble(Assembly assembly) {
    Recipes recipes = new Recipes(assembly.require(HttpJsonProvider.class));
    assembly.bean("beginHttpJson", new BeginHttpJson(recipes, assembly.settings()::variable));
    assembly.bean("readHttpJson", new ReadHttpJson(recipes, assembly.require(SparseLog.class)));
    GuardedConnections connections =
        new GuardedConnections(
            assembly.timer("idle-api-connections"),
            assembly.require(AllowedHosts.class)::allow,
            assembly.settings().whole("tollroute.http.workers"));
    assembly.onClose(connections::close);
    assembly.bean(
        "apiHttp",
        connections.within(
            new BoundedHttp(
                assembly.timer("deadline-api"),
                assembly.clock(),
                // a call says itself when it must have ended
                TimeUnit.SECONDS.toMillis(Provider.LONGEST_SECONDS),
                // one byte more is too large for every service, and still one answer in memory
                Provider.LARGEST_ANSWER_BYTES + 1)));
  }
}
