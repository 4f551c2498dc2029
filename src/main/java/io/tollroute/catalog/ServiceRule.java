package io.tollroute.catalog;

import java.util.List;

/**
 * What a room asks of a service beside the format of its file; several threads may ask it at once.
 */
@FunctionalInterface
public interface ServiceRule {

  /**
   * Something that a service may not say.
   *
   * @param pointer JSON pointer into its file
   * @param sentence what is wrong there
   */
  record Offence(String pointer, String sentence) {}

  /** What is wrong with the service; empty when nothing is. */
  List<Offence> offences(Service service);
}
