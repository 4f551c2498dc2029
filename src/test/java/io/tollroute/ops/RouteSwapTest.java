package io.tollroute.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes that take the place of others, by themselves. */
class RouteSwapTest {

  @TempDir private Path folder;

  private RouteFiles files(String step, String helper) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("own.camel.yaml"),
            """
            - route:
                id: mine
                from:
                  uri: direct:mine
                  steps:
                    - process:
                        ref: waits
                    - %s
            - route:
                id: helper
                from:
                  uri: direct:%2$s
                  steps:
                    - setBody:
                        constant: %2$s
            """
                .formatted(step.replace("HELPER", "direct:" + helper), helper));
    return RouteFiles.read(List.of(file), UnaryOperator.identity());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "to: HELPER",
        "enrich: {constant: HELPER}",
        "recipientList: {constant: HELPER}",
        "split: {simple: '${body}', parallelProcessing: 'true', stopOnException: 'true',"
            + " aggregationStrategy: '#last', steps: [{to: HELPER}]}"
      })
  @DisplayName("A call that began before finds what it calls, though that is gone for others")
  void goneMeanwhile(String step) throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      LiveDirect direct = new LiveDirect();
      context.addComponent("direct", direct);
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<Void> swapped = new CompletableFuture<>();
      Processor waits =
          exchange -> {
            begun.countDown();
            swapped.get(60, TimeUnit.SECONDS);
          };
      context.getRegistry().bind("waits", waits);
      context
          .getRegistry()
          .bind("last", (org.apache.camel.AggregationStrategy) (before, now) -> now);
      RouteFiles before = files(step, "before");
      for (RoutesBuilder each : before.builders(context, folder.resolve("own.camel.yaml"))) {
        context.addRoutes(each);
      }
      context.start();
      CompletableFuture<String> answer =
          context.createProducerTemplate().asyncRequestBody("direct:mine", "x", String.class);
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

      RouteFiles after = files(step, "after");
      new RouteSwap(context, direct).swap(RouteChange.between(before, after), after);
      swapped.complete(null);

      assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("before");
    }
  }
}
