package io.tollroute.alibaba;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tollroute.catalog.Provider;
import io.tollroute.catalog.ProviderKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;

/** The kind of provider that is an action of Alibaba Cloud: {@code direct:alibaba-rpc}. */
public final class RpcProvider implements ProviderKind {

  /** Its address. */
  public static final String ROUTE = "direct:alibaba-rpc";

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
    return ROUTE;
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
  public Optional<Provider.Job> job(Provider provider) {
    return Boolean.TRUE.equals(provider.settings().get("asynchronous"))
        ? Optional.of(new Provider.Job("direct:alibaba-job", Provider.Job.USUAL_SECONDS))
        : Optional.empty();
  }

  @Override
  public JsonNode data(Provider provider, JsonNode result) {
    ObjectNode data = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode members = data.putObject("properties");
    members.putObject(ReadRpc.ACTION).set("const", TextNode.valueOf(action(provider)));
    members
        .putObject(ReadRpc.REQUEST_ID)
        .put("type", "string")
        .put("description", "Alibaba Cloud's name of the call.");
    members.set(ReadRpc.RESULT, result);
    data.putArray("required").add(ReadRpc.ACTION).add(ReadRpc.REQUEST_ID).add(ReadRpc.RESULT);
    return data;
  }

  @Override
  public JsonNode dataExample(Provider provider, JsonNode result) {
    ObjectNode data =
        JsonNodeFactory.instance
            .objectNode()
            .put(ReadRpc.ACTION, action(provider))
            .put(ReadRpc.REQUEST_ID, "3D7EB6A1-5A3B-4B0C-9B6E-2F4A1C8D9E70");
    data.set(ReadRpc.RESULT, result);
    return data;
  }

  private static String action(Provider provider) {
    return String.valueOf(provider.settings().get("action"));
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
