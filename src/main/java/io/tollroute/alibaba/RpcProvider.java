package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.ProviderKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;

/** The kind of provider that is an action of Alibaba Cloud: {@code direct:alibaba-rpc}. */
public final class RpcProvider implements ProviderKind {

  private static final String SCHEMA = "/schema/provider/alibaba-rpc.schema.json";

  private final JsonNode schema;
  private final Supplier<Optional<String>> lacking;
  private final int usualSeconds;

  private RpcProvider(Supplier<Optional<String>> lacking, int usualSeconds) throws IOException {
    this.lacking = lacking;
    this.usualSeconds = usualSeconds;
    try (InputStream in = RpcProvider.class.getResourceAsStream(SCHEMA)) {
      this.schema = new ObjectMapper().readTree(in);
    }
  }

  /**
   * As it is called, with the credentials that it cannot do without, and the time that it has where
   * a service does not say.
   */
  public static RpcProvider with(AlibabaCredentials credentials, int usualSeconds)
      throws IOException {
    return new RpcProvider(credentials::lacking, usualSeconds);
  }

  /** What a service must say of it, for checks without an account. */
  public static RpcProvider described() throws IOException {
    return new RpcProvider(Optional::empty, Provider.USUAL_SECONDS);
  }

  @Override
  public String route() {
    return "direct:alibaba-rpc";
  }

  @Override
  public Optional<JsonNode> settingsSchema() {
    return Optional.of(schema);
  }

  @Override
  public Optional<String> lacking() {
    return lacking.get();
  }

  @Override
  public int usualSeconds() {
    return usualSeconds;
  }

  @Override
  public boolean endsByItself() {
    return true;
  }
}
