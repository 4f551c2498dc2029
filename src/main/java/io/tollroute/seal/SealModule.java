package io.tollroute.seal;

import io.tollroute.module.Assembly;
import io.tollroute.module.Module;
import io.tollroute.settings.Settings;
import io.tollroute.settings.SettingsFault;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;

/** Makes what seals answers and settlements, with the key that the settings name. */
public final class SealModule implements Module {

  @Override
  public void assemble(Assembly assembly) throws SettingsFault {
    SealKeys keys = keys(assembly);
    assembly.provide(AnswerSeal.class, new AnswerSeal(assembly.random(), keys));
    assembly.provide(JobSeal.class, new JobSeal(assembly.random(), keys));
    assembly.provide(CallerNames.class, new CallerNames(keys));
    assembly.provide(SettlementSeal.class, new SettlementSeal(assembly.random(), keys));
  }

  private static SealKeys keys(Assembly assembly) throws SettingsFault {
    Settings settings = assembly.settings();
    Optional<String> keys = settings.optional("tollroute.ledger.key");
    try {
      return keys.isPresent()
          ? SealKeys.of(keys.get())
          : SealKeys.inFile(
              settings
                  .ledgerKeyFile()
                  .orElseThrow(() -> new IllegalStateException("PostgreSQL needs one that is set")),
              assembly.random());
    } catch (FileSystemException e) {
      throw new SettingsFault(
          List.of("tollroute.ledger.key: " + e.getFile() + " can neither be read nor made"));
    } catch (IOException e) {
      throw new SettingsFault(List.of("tollroute.ledger.key: " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      // its message may quote the key
      throw new SettingsFault(
          List.of("tollroute.ledger.key: is not 32 bytes in base64 (or several, with commas)"));
    }
  }
}
