package io.tollroute.ops;

import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.Ordered;
import org.apache.camel.spi.LoadablePropertiesSource;

/** Properties that are known already, as one more source of a Camel context. */
final class GivenProperties implements LoadablePropertiesSource, Ordered {

  private final String name;
  private final int order;
  private final Properties properties;

  GivenProperties(String name, int order, Properties properties) {
    this.name = name;
    this.order = order;
    this.properties = properties;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public String getProperty(String property) {
    return properties.getProperty(property);
  }

  @Override
  public Properties loadProperties() {
    return loadProperties(property -> true);
  }

  @Override
  public Properties loadProperties(Predicate<String> filter) {
    Properties found = new Properties();
    properties.stringPropertyNames().stream()
        .filter(filter)
        .forEach(property -> found.setProperty(property, properties.getProperty(property)));
    return found;
  }

  @Override
  public void reloadProperties(String location) {
    // they stand in no file
  }

  @Override
  public int getOrder() {
    return order;
  }
}
