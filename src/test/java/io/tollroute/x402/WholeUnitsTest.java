package io.tollroute.x402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.catalog.CatalogueFault;
import io.tollroute.catalog.Providers;
import io.tollroute.catalog.ServiceFolder;
import io.tollroute.testing.FaceServices;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeUnitsTest {

  @Test
  @DisplayName("a price finer than the token in which it is paid is refused, with its line")
  void tooFine(@TempDir Path folder) throws Exception {
    new FaceServices(folder).write("face", "0.0015");

    assertThat(services(folder, 4).load().services()).hasSize(1);
    assertThatThrownBy(() -> services(folder, 3).load())
        .isInstanceOf(CatalogueFault.class)
        .hasMessageMatching("(?s).*face\\.yaml:\\d+: /price: is finer than the token.*");
  }

  private static ServiceFolder services(Path folder, int decimals) {
    return new ServiceFolder(
        folder, "after", Providers.anybody(), List.of(new WholeUnits(decimals)));
  }
}
