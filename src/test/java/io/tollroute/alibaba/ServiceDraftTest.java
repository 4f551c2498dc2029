package io.tollroute.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import io.tollroute.alibaba.ActionFacts.Action;
import io.tollroute.alibaba.ActionFacts.ProductFacts;
import io.tollroute.catalog.Provider;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A first file for an action of Alibaba Cloud")
class ServiceDraftTest {

  private static ServiceDraft draft(String product, String action) throws Exception {
    ProductFacts facts =
        new ActionFacts()
            .products().stream()
                .filter(each -> each.name().equals(product))
                .findFirst()
                .orElseThrow();
    Action found =
        facts.actions().stream()
            .filter(each -> each.name().equals(action))
            .findFirst()
            .orElseThrow();
    return new ServiceDraft(facts, found);
  }

  @Test
  @DisplayName("knows 243 actions of 13 products")
  void all() throws Exception {
    List<ProductFacts> products = new ActionFacts().products();

    assertThat(products).hasSize(13);
    assertThat(products.stream().flatMap(product -> product.actions().stream())).hasSize(243);
  }

  @Test
  @DisplayName("has the alias that follows from product and action, abbreviations among the words")
  void alias() throws Exception {
    assertThat(draft("facebody", "CompareFaceWithMask").alias())
        .isEqualTo("aliyun-facebody-compare-face-with-mask");
    assertThat(draft("ocr", "RecognizeVATInvoice").alias())
        .isEqualTo("aliyun-ocr-recognize-vat-invoice");
    assertThat(draft("imageseg", "SegmentHDSky").alias())
        .isEqualTo("aliyun-imageseg-segment-hd-sky");
  }

  @Test
  @DisplayName("says of each parameter what the facts say: its type, its members, how it travels")
  void parameters() throws Exception {
    Map<String, Object> cloth = draft("imageseg", "SegmentCloth").document();
    Map<String, Object> clothes = draft("objectdet", "DetectWorkwear").document();

    assertThat(cloth.get("provider"))
        .isEqualTo(
            Map.of(
                "settings",
                Map.of(
                    "action",
                    "SegmentCloth",
                    "query",
                    List.of("ImageURL", "OutMode", "ClothClass", "ReturnForm"))));
    assertThat(clothes.toString()).contains("json=[Clothes]", "Labels={type=array");
  }

  @Test
  @DisplayName(
      "is sold as a job where the action answers with one, and as a call where it does not")
  void job() throws Exception {
    RpcProvider kind = RpcProvider.described();
    Map<String, Object> settings = Map.of("action", "TaggingAdImage", "asynchronous", true);

    assertThat(kind.job(new Provider("direct:alibaba-rpc", settings)))
        .hasValueSatisfying(job -> assertThat(job.look()).isEqualTo("direct:alibaba-job"));
    assertThat(kind.job(new Provider("direct:alibaba-rpc", Map.of("action", "DetectFace"))))
        .isEmpty();
    assertThat(draft("imagerecog", "TaggingAdImage").document())
        .doesNotContainKeys("listed", "withheld");
  }

  @Test
  @DisplayName("says where the product's question for a job has the job's name")
  void jobInQuery() throws Exception {
    assertThat(draft("imagerecog", "TaggingAdImage").document().get("provider").toString())
        .contains("jobInQuery=true");
    assertThat(draft("videorecog", "DetectVideoShot").document().get("provider").toString())
        .doesNotContain("jobInQuery");
  }

  @Test
  @DisplayName("says that an action answers with a job")
  void asynchronous() throws Exception {
    long jobs =
        new ActionFacts()
            .products().stream()
                .flatMap(
                    product ->
                        product.actions().stream().map(action -> new ServiceDraft(product, action)))
                .filter(draft -> draft.document().toString().contains("asynchronous=true"))
                .count();

    assertThat(jobs).isEqualTo(46);
    assertThat(Stream.of(draft("imagerecog", "TaggingAdImage").document().toString()))
        .allMatch(text -> text.contains("asynchronous=true"));
  }
}
