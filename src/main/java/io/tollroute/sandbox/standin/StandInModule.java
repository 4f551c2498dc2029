package io.tollroute.sandbox.standin;

import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.StaticCredentialsProvider;
import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.sandbox.SandboxAccount;
import java.util.Optional;

/** Makes the stand-ins for those whom a sandbox has not. */
public final class StandInModule implements Module {

  @Override
  public void announce(Assembly assembly) {
    assembly.provide(
        AlibabaCloudCredentialsProvider.class,
        new StaticCredentialsProvider(
            new BasicCredentials(SandboxAccount.ACCESS_KEY_ID, SandboxAccount.ACCESS_KEY_SECRET)));
  }

  @Override
  public void assemble(Assembly assembly) {
    assembly.beans(
        StandIns.with(
            assembly.clock(),
            (product, action) ->
                assembly
                    .find(LiveCatalogue.class)
                    .flatMap(catalogue -> example(catalogue.current(), product, action))));
  }

  /** What a service that is on sale says of the answer. */
  private static Optional<JsonNode> example(Catalogue catalogue, String product, String action) {
    return catalogue.services().stream()
        .filter(service -> product.equals(service.provider().settings().get("product")))
        .filter(service -> action.equals(service.provider().settings().get("action")))
        .map(service -> service.detailed().example().at("/data/Result"))
        .findFirst();
  }
}
