package io.tollroute.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A folder of services that do what masked-face-comparison does, under other names and prices. */
public final class FaceServices {

  private final Path folder;

  /** Writes into {@code folder}. */
  public FaceServices(Path folder) {
    this.folder = folder;
  }

  /** Writes a service, or another price of it, as one change. */
  public void write(String id, String amount) throws IOException {
    write(id, amount, "after");
  }

  /** Writes a service that says when the money moves: {@code after} the work, or {@code first}. */
  public void write(String id, String amount, String settle) throws IOException {
    write(id, amount, "settle", settle);
  }

  /** Writes a service of which each call with a token is a new one. */
  public void writeNewEachTime(String id, String amount) throws IOException {
    write(id, amount, "repeat", "new");
  }

  private void write(String id, String amount, String key, String value) throws IOException {
    String text =
        Files.readString(Path.of("services", "facebody", "masked-face-comparison.yaml"))
            .replace("\"0.20\"", "\"" + amount + "\"")
            .replace("id: masked-face-comparison", "id: " + id)
            .replace("toolName: masked_face_comparison", "toolName: " + id.replace('-', '_'))
            .replace("inputSchema:", key + ": " + value + "\n\ninputSchema:");
    if (!id.equals("masked-face-comparison")) {
      text = text.replace("aliyun-facebody-compare-face-with-mask", "legacy-" + id);
    }
    Path half = folder.resolve("." + id);
    Files.writeString(half, text);
    Files.move(
        half,
        folder.resolve(id + ".yaml"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Writes a service whose work goes on as a job. */
  public void writeJob(String id, String settle) throws IOException {
    Files.createDirectories(folder);
    for (String defaults :
        List.of("alibaba.defaults.yaml", "videorecog/videorecog.defaults.yaml")) {
      Path from = Path.of("services").resolve(defaults);
      Files.copy(from, folder.resolve(from.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    String text =
        Files.readString(Path.of("services", "videorecog", "video-shot-detection.yaml"))
            .replace("id: video-shot-detection", "id: " + id + "\nsettle: " + settle)
            .replace("aliyun-videorecog-detect-video-shot", "legacy-" + id);
    Files.writeString(folder.resolve(id + ".yaml"), text);
  }

  public void remove(String id) throws IOException {
    Files.delete(folder.resolve(id + ".yaml"));
  }
}
