package io.tollroute.sandbox.standin;

import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.StaticCredentialsProvider;
import com.fasterxml.jackson.databind.JsonNode;
import io.tollroute.catalog.LiveCatalogue;
import io.tollroute.catalog.Service;
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
    assembly.beans(StandIns.with(assembly.clock(), new OnSale(assembly)));
  }

  /** What the services that are on sale say of the actions. */
  private record OnSale(Assembly assembly) implements Alibaba.Examples {

    @Override
    public Optional<JsonNode> apply(String product, String action) {
      return service(product, action)
          .map(service -> service.detailed().example().at("/data/Result"));
    }

    @Override
    public boolean goesOn(String product, String action) {
      return service(product, action).flatMap(service -> service.provider().job()).isPresent();
    }

    private Optional<Service> service(String product, String action) {
      return assembly.find(LiveCatalogue.class).map(LiveCatalogue::current).stream()
          .flatMap(catalogue -> catalogue.services().stream())
          .filter(service -> product.equals(service.provider().settings().get("product")))
          .filter(service -> action.equals(service.provider().settings().get("action")))
          .findFirst();
    }
  }
}
