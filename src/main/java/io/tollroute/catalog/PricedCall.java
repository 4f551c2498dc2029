package io.tollroute.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * The call of a service at the price that it has with one input.
 *
 * @param service what is called
 * @param input as it was validated
 * @param tariff by which it is priced
 * @param units how many the input has of what the price goes by
 */
record PricedCall(Service service, JsonNode input, Tariff tariff, int units) implements Product {

  @Override
  public String id() {
    return service.id();
  }

  @Override
  public String kind() {
    return service.kind();
  }

  @Override
  public String description() {
    return service.description();
  }

  @Override
  public List<String> tags() {
    return service.tags();
  }

  @Override
  public Price price() {
    return tariff.of(units);
  }

  @Override
  public Optional<Product> under(Tariff other) {
    return other.units(input).map(counted -> new PricedCall(service, input, other, counted));
  }

  @Override
  public Product offered() {
    return service;
  }

  @Override
  public SettlementOrder settles() {
    return service.settles();
  }

  @Override
  public Repeat repeat() {
    return service.repeat();
  }

  @Override
  public String address() {
    return service.address();
  }

  @Override
  public List<String> otherAddresses() {
    return service.otherAddresses();
  }

  @Override
  public Optional<Tool> tool() {
    return service.tool();
  }

  @Override
  public JsonNode inputSchema() {
    return service.inputSchema();
  }

  @Override
  public JsonNode outputSchema() {
    return service.outputSchema();
  }

  @Override
  public JsonNode exampleRequest() {
    return service.exampleRequest();
  }

  @Override
  public JsonNode exampleResponse() {
    return service.exampleResponse();
  }

  @Override
  public int makingSeconds() {
    return service.makingSeconds();
  }

  @Override
  public int heldSeconds() {
    return service.heldSeconds();
  }

  @Override
  public boolean isListed() {
    return service.isListed();
  }

  @Override
  public Optional<Calls> pricedAs() {
    return Optional.empty();
  }
}
