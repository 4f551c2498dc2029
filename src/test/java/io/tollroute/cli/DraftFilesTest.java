package io.tollroute.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tollroute.alibaba.RpcProvider;
import io.tollroute.catalog.Catalogue;
import io.tollroute.catalog.Service;
import io.tollroute.catalog.ServiceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("services draft")
class DraftFilesTest {

  private static final List<String> PRODUCTS =
      List.of("facebody", "imageseg", "imageaudit", "videoenhan", "imageprocess", "objectdet");

  @TempDir private Path folder;

  @BeforeEach
  void furnish() throws Exception {
    for (String file :
        List.of(
            "alibaba.defaults.yaml",
            "facebody/facebody.defaults.yaml",
            "facebody/masked-face-comparison.yaml")) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.copy(Path.of("services").resolve(file), folder.resolve(file));
    }
  }

  private List<String> draft(String product, String... actions) throws Exception {
    return new DraftFiles(folder, new ServiceFolder(folder)).write(product, List.of(actions));
  }

  @Test
  @DisplayName("writes files that can be sold as they are, one for each action")
  void valid() throws Exception {
    for (String product : PRODUCTS) {
      draft(product);
    }

    RpcProvider kind = RpcProvider.described();
    Catalogue catalogue =
        new ServiceFolder(folder, "after", route -> Optional.of(kind), List.of()).load();

    assertThat(catalogue.services()).hasSize(67 + 22 + 2 + 20 + 30 + 18);
    assertThat(catalogue.withheld()).isEmpty();
    assertThat(catalogue.services().stream().filter(service -> service.kind().equals(Service.JOB)))
        .extracting(Service::id)
        .contains("videoenhan-merge-video-face", "imageseg-segment-hd-common-image");
  }

  @Test
  @DisplayName("leaves alone what is sold, and every file that is there")
  void nothingOver() throws Exception {
    Path edited = folder.resolve("facebody/facebody-detect-face.yaml");
    draft("facebody", "DetectFace");
    String mine = Files.readString(edited).replace("Detect face", "Faces in a picture");
    Files.writeString(edited, mine);

    List<String> lines = draft("facebody");

    assertThat(lines)
        .contains(
            "CompareFaceWithMask: there is a service of it",
            "DetectFace: there is a service of it");
    assertThat(Files.readString(edited)).isEqualTo(mine);
  }

  @Test
  @DisplayName("says which products there are, and that an action is none")
  void unknown() {
    assertThatThrownBy(() -> draft("facebook")).hasMessageContaining("facebody, imagerecog");
    assertThatThrownBy(() -> draft("facebody", "Dance"))
        .hasMessage("facebody has no action 'Dance'");
    assertThat(folder.resolve("facebook")).doesNotExist();
  }
}
