package io.tollroute.module;

import io.tollroute.settings.SettingsFault;
import java.io.IOException;

/**
 * A room of the bundle, as whoever puts the bundle together knows it. Modules in a jar beside ours
 * are found by {@link java.util.ServiceLoader}.
 */
public interface Module {

  /**
   * Says what others must know before anything is made; all modules are asked first.
   *
   * @throws SettingsFault when the settings are not fit for it
   * @throws IOException when a file that it needs cannot be read
   */
  default void announce(Assembly assembly) throws SettingsFault, IOException {}

  /**
   * Makes the objects of this room, once, and leaves in {@code assembly} what others have of it.
   * What it needs of others was made before.
   *
   * @throws SettingsFault when the settings, or what they name, are not fit for it
   * @throws IOException when a file that it needs cannot be read
   */
  void assemble(Assembly assembly) throws SettingsFault, IOException;
}
