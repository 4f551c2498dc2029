package io.tollroute.sandbox.standin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An invented comparison in the documented shape of {@code CompareFaceWithMask}'s Data. It looks at
 * no picture: the same two URLs always give the same numbers.
 */
final class FaceComparison {

  private record Face(boolean masked, float quality, int left, int top, int width, int height) {

    static Face in(String url) {
      byte[] dice = sha256(url);
      int width = 64 + (dice[0] & 0xff);
      return new Face(
          (dice[1] & 1) == 1,
          60 + 40 * fraction(dice, 2),
          dice[4] & 0xff,
          dice[5] & 0xff,
          width,
          width + (dice[6] & 0x3f));
    }

    void describe(String side, ObjectNode data) {
      data.put("IsMask" + side, masked ? 1 : 0);
      data.put("QualityScore" + side, (double) quality);
      data.putArray("Rect" + side + "List").add(left).add(top).add(width).add(height);
      ArrayNode landmarks = data.putArray("Landmarks" + side + "List");
      int[][] eyesNoseMouth = {{30, 35}, {70, 35}, {50, 55}, {35, 75}, {65, 75}};
      for (int[] percent : eyesNoseMouth) {
        landmarks.add(left + width * percent[0] / 100).add(top + height * percent[1] / 100);
      }
    }
  }

  private FaceComparison() {}

  static ObjectNode of(String urlA, String urlB, Optional<BigDecimal> qualityThreshold) {
    Face a = Face.in(urlA);
    Face b = Face.in(urlB);
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    float likeness = urlA.equals(urlB) ? 100 : 100 * fraction(sha256(urlA + "\n" + urlB), 0);
    // A float widened to double, as Alibaba sends it: all those digits must survive the product.
    data.put("Confidence", (double) likeness);
    data.putArray("Thresholds").add(61.0).add(69.0).add(75.0);
    a.describe("A", data);
    b.describe("B", data);
    List<String> tips = new ArrayList<>();
    qualityThreshold.ifPresent(
        threshold -> {
          tip("imageA", a, threshold, tips);
          tip("imageB", b, threshold, tips);
        });
    data.put("MessageTips", String.join(", ", tips));
    data.put("Simulated", true);
    return data;
  }

  private static void tip(String image, Face face, BigDecimal threshold, List<String> tips) {
    if (new BigDecimal(face.quality()).compareTo(threshold) < 0) {
      tips.add(image + " quality score less threshold");
    }
  }

  private static float fraction(byte[] dice, int offset) {
    return (((dice[offset] & 0xff) << 8) | (dice[offset + 1] & 0xff)) / 65536f;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
