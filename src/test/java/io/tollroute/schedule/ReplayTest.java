package io.tollroute.schedule;

import java.nio.file.Path;
import java.util.*;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  @TempDir static Path folder;
  @Test
  void twice() throws Exception {
    try (Stage stage = Stage.open(folder)) {
      for (long seed = 0; seed < 60; seed++) {
        var a = stage.play(seed); var b = stage.play(seed);
        var ta = a.trace().stream().filter(s -> !s.startsWith("charge") && !s.startsWith("change")).toList();
        var tb = b.trace().stream().filter(s -> !s.startsWith("charge") && !s.startsWith("change")).toList();
        if (!ta.equals(tb)) {
          int i = 0; while (i < ta.size() && i < tb.size() && ta.get(i).equals(tb.get(i))) i++;
          System.out.println("DIFF seed " + seed + " at " + i + " of " + ta.size() + ": " + ta.subList(Math.max(0,i-6), Math.min(i+2, ta.size())) + "\n  <> " + tb.subList(i, Math.min(i+2, tb.size())));
        }
      }
    }
  }
}
