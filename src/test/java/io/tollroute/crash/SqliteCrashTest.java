package io.tollroute.crash;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName("E01 E02 E03 E04 E05 E06 E07 E08 E09 E10 kill -9 on SQLite")
class SqliteCrashTest extends CrashContract {

  @Override
  Database database(Path folder) {
    return new SqliteFile(folder.resolve("ledger.db"));
  }
}
