package io.tollroute.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A connection")
class GuestTest {

  private static final int SECONDS = 60;
  private static final String HEAD = "POST /a HTTP/1.1\r\nHost: a\r\n";
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

  private static final ConnectionRules RULES =
      new ConnectionRules(10, 2, SECONDS, SECONDS, SECONDS, 20);

  private static final ConnectionRules FOUR =
      new ConnectionRules(100, 4, SECONDS, SECONDS, SECONDS, 20);

  private final HeldBytes held = new HeldBytes(1 << 20);

  /** What the server reads, as text; with {@code answers} it answers at once. */
  private static final class Server extends ChannelInboundHandlerAdapter {

    private final List<String> read = new ArrayList<>();
    private final boolean answers;
    private StringBuilder request = new StringBuilder();

    Server(boolean answers) {
      this.answers = answers;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest head) {
        request = new StringBuilder(head.method() + " " + head.uri() + " " + head.headers());
      }
      if (message instanceof HttpContent content) {
        request.append(content.content().toString(StandardCharsets.US_ASCII));
      }
      if (message instanceof LastHttpContent last) {
        read.add(request + " " + last.trailingHeaders().entries());
        if (answers) {
          context.writeAndFlush(answer(0));
        }
      }
      ReferenceCountUtil.release(message);
    }
  }

  private static DefaultFullHttpResponse answer(int bytes) {
    DefaultFullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(new byte[bytes]));
    answer.headers().set("Content-Length", bytes);
    return answer;
  }

  private static EmbeddedChannel channel(Server server) {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.pipeline().addLast("httpDecoder", new HttpRequestDecoder());
    channel.pipeline().addLast("httpEncoder", new HttpResponseEncoder());
    channel.pipeline().addLast("handler", server);
    return channel;
  }

  private OpenConnections door(ConnectionRules rules) {
    return door(rules, held);
  }

  private static OpenConnections door(ConnectionRules rules, HeldBytes budget) {
    return new OpenConnections(
        rules, new TrustedProxies(""), budget, word -> word.getBytes(StandardCharsets.US_ASCII));
  }

  private static EmbeddedChannel open(OpenConnections door, Server server) {
    EmbeddedChannel channel = channel(server);
    door.opened(channel);
    return channel;
  }

  private static void say(EmbeddedChannel channel, String words) {
    channel.writeInbound(Unpooled.copiedBuffer(words, StandardCharsets.US_ASCII));
    channel.runPendingTasks();
  }

  private static String heard(EmbeddedChannel channel) {
    StringBuilder all = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.append(part.toString(StandardCharsets.US_ASCII));
      part.release();
    }
    return all.toString();
  }

  private static void look(OpenConnections door, EmbeddedChannel channel) {
    door.look();
    channel.runPendingTasks();
  }

  @Test
  @DisplayName("gives the server the next request when the last one has its answer")
  void oneAtATime() {
    OpenConnections door = door(RULES);
    Server server = new Server(false);
    EmbeddedChannel channel = open(door, server);

    say(channel, GET + GET.replace("/a", "/b"));
    say(channel, GET.replace("/a", "/c"));
    look(door, channel);
    assertThat(server.read).hasSize(1);
    assertThat(channel.config().isAutoRead()).isFalse();

    channel.writeOutbound(answer(0));
    look(door, channel);
    assertThat(server.read).hasSize(2);

    channel.writeOutbound(answer(0));
    look(door, channel);
    assertThat(server.read).hasSize(3);
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  @DisplayName("changes nothing of what the server reads, wherever the parts of it are cut")
  void transparent() {
    String chunked =
        HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nA: b\r\n\r\n";
    String sized = HEAD + "Content-Length: 5\r\n\r\nhello";
    String all = "\r\n" + GET + sized + "\r\n" + chunked + GET + sized;
    Server plain = new Server(true);
    say(channel(plain), all);
    assertThat(plain.read).hasSize(5);

    for (int first = 0; first < all.length(); first++) {
      OpenConnections door = door(RULES);
      Server server = new Server(true);
      EmbeddedChannel channel = open(door, server);
      say(channel, all.substring(0, first));
      say(channel, all.substring(first));
      for (int i = 0; i < 5; i++) {
        look(door, channel);
      }
      assertThat(server.read).as("cut at %d", first).isEqualTo(plain.read);
      channel.close();
    }
    assertThat(held.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Transfer-Encoding: chunked\r\n\r\n0\r\n"})
  @DisplayName("is told and closed when there are too many headers, or lines of a trailer")
  void manyLines(String before) {
    Server server = new Server(false);
    EmbeddedChannel channel = open(door(RULES), server);

    say(channel, HEAD + before);
    for (int i = 0; i < 600 && channel.isOpen(); i++) {
      say(channel, "a:b\r\n".repeat(10));
    }

    assertThat(heard(channel)).isEqualTo("headers_too_large");
    assertThat(channel.isOpen()).isFalse();
    assertThat(server.read).isEmpty();
    assertThat(held.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("may have as many headers as it may, and the same again in the next request")
  void manyHeaders() {
    Server server = new Server(true);
    EmbeddedChannel channel = open(door(RULES), server);

    for (int i = 0; i < 3; i++) {
      say(channel, "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(20) + "\r\n");
    }

    assertThat(server.read).hasSize(3);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  @DisplayName("is told and closed when a request takes too long, and not while it is worked on")
  void slow() {
    OpenConnections door = door(new ConnectionRules(10, 10, 0, 0, SECONDS, 20));
    EmbeddedChannel head = open(door, new Server(false));
    EmbeddedChannel body = open(door, new Server(false));
    EmbeddedChannel worked = open(door, new Server(false));
    EmbeddedChannel silent = open(door, new Server(false));
    say(head, HEAD);
    say(body, HEAD + "Content-Length: 5\r\n\r\nhell");
    say(worked, GET);

    List.of(head, body, worked, silent).forEach(channel -> look(door, channel));

    assertThat(heard(head)).isEqualTo("request_timeout");
    assertThat(heard(body)).isEqualTo("request_timeout");
    assertThat(List.of(head.isOpen(), body.isOpen())).containsOnly(false);
    assertThat(List.of(worked.isOpen(), silent.isOpen())).containsOnly(true);
  }

  @Test
  @DisplayName("makes room for a newcomer of its address, unless it is worked on")
  void displaced() {
    OpenConnections door = door(RULES);
    EmbeddedChannel worked = open(door, new Server(false));
    say(worked, GET);
    EmbeddedChannel silent = open(door, new Server(false));

    EmbeddedChannel third = open(door, new Server(false));
    silent.runPendingTasks();
    assertThat(silent.isOpen()).isFalse();
    say(third, GET);

    EmbeddedChannel fourth = open(door, new Server(false));
    assertThat(fourth.isOpen()).isFalse();
    assertThat(List.of(worked.isOpen(), third.isOpen())).containsOnly(true);

    worked.writeOutbound(answer(0));
    EmbeddedChannel fifth = open(door, new Server(false));
    worked.runPendingTasks();
    assertThat(worked.isOpen()).isFalse();
    assertThat(fifth.isOpen()).isTrue();
  }

  @Test
  @DisplayName("that is the longest unfinished is closed first when all hold too much together")
  void tooMuch() {
    HeldBytes little = new HeldBytes(20_000);
    OpenConnections door = door(new ConnectionRules(10, 10, SECONDS, SECONDS, SECONDS, 20), little);
    EmbeddedChannel first = open(door, new Server(false));
    EmbeddedChannel worked = open(door, new Server(false));
    EmbeddedChannel second = open(door, new Server(false));
    say(first, HEAD + "X: " + "a".repeat(8_000));
    say(worked, HEAD + "Content-Length: 5000\r\n\r\n" + "a".repeat(5_000));
    say(second, HEAD + "X: " + "a".repeat(4_000));

    first.runPendingTasks();

    assertThat(first.isOpen()).isFalse();
    assertThat(List.of(worked.isOpen(), second.isOpen())).containsOnly(true);
    assertThat(little.isPassed()).isFalse();
  }

  @Test
  @DisplayName("that holds much is closed at once where those who are to leave have not left yet")
  void noRoom() {
    HeldBytes full = new HeldBytes(20_000);
    OpenConnections door = door(new ConnectionRules(10, 10, SECONDS, SECONDS, SECONDS, 20), full);
    Server server = new Server(false);
    EmbeddedChannel modest = open(door, server);
    EmbeddedChannel greedy = open(door, new Server(false));
    // which others hold who have been told to leave
    full.add(31_000);
    full.goes(31_000);

    say(modest, GET);
    say(greedy, HEAD + "X: " + "a".repeat(9_000));

    assertThat(server.read).hasSize(1);
    assertThat(List.of(modest.isOpen(), greedy.isOpen())).containsExactly(true, false);
  }

  @Test
  @DisplayName(
      "waits while three quarters of its neighbours are worked on, however many have come and gone")
  void turns() {
    OpenConnections door = door(FOUR);
    for (int i = 0; i < 10; i++) {
      EmbeddedChannel half = open(door, new Server(false));
      say(half, HEAD);
      half.close();
      half.runPendingTasks();
    }
    List<EmbeddedChannel> worked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      worked.add(open(door, new Server(false)));
      say(worked.get(i), GET);
    }
    Server last = new Server(false);
    EmbeddedChannel fourth = open(door, last);
    say(fourth, GET);
    look(door, fourth);
    assertThat(last.read).isEmpty();

    worked.get(0).writeOutbound(answer(0));
    look(door, fourth);
    assertThat(last.read).hasSize(1);
  }

  private static List<EmbeddedChannel> worked(OpenConnections door, int count, String words) {
    List<EmbeddedChannel> worked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      worked.add(open(door, new Server(false)));
      say(worked.get(i), words);
    }
    return worked;
  }

  /** The answer is on its way and nothing of it is taken. */
  private static void answerIntoTheVoid(EmbeddedChannel channel, int bytes) {
    channel.write(answer(bytes));
  }

  private static void awaitStuck(OpenConnections door, EmbeddedChannel channel) throws Exception {
    while (door.guests().allMatch(guest -> guest.rank() == Guest.Rank.KEPT)) {
      look(door, channel);
      Thread.sleep(20);
    }
  }

  @Test
  @DisplayName("that takes no answer is closed before one that has just come")
  void stuckBeforeFresh() throws Exception {
    OpenConnections door = door(RULES);
    EmbeddedChannel stuck = worked(door, 1, GET).get(0);
    answerIntoTheVoid(stuck, 0);
    awaitStuck(door, stuck);
    Server server = new Server(false);
    EmbeddedChannel fresh = open(door, server);

    EmbeddedChannel third = open(door, new Server(false));
    List.of(stuck, fresh).forEach(EmbeddedChannel::runPendingTasks);
    say(fresh, GET);

    assertThat(stuck.isOpen()).isFalse();
    assertThat(List.of(fresh.isOpen(), third.isOpen())).containsOnly(true);
    assertThat(server.read).hasSize(1);
  }

  @Test
  @DisplayName(
      "that waits for the first time stays, where one has had its answer and wants the next")
  void aheadBeforeWaiting() {
    OpenConnections door = door(FOUR);
    List<EmbeddedChannel> worked = worked(door, 3, GET + GET);
    Server server = new Server(false);
    EmbeddedChannel newcomer = open(door, server);
    say(newcomer, GET);
    // so that it is the younger one of the two
    worked.get(0).writeOutbound(answer(0));

    EmbeddedChannel next = open(door, new Server(false));
    worked.get(0).runPendingTasks();
    look(door, newcomer);

    assertThat(worked.get(0).isOpen()).isFalse();
    assertThat(List.of(newcomer.isOpen(), next.isOpen())).containsOnly(true);
    assertThat(server.read).hasSize(1);
  }

  @Test
  @DisplayName("that has just come stays, where one has had its answer and wants the next")
  void aheadBeforeFresh() {
    OpenConnections door = door(RULES);
    EmbeddedChannel ahead = worked(door, 1, GET + GET).get(0);
    EmbeddedChannel fresh = open(door, new Server(false));
    ahead.writeOutbound(answer(0));

    EmbeddedChannel third = open(door, new Server(false));
    List.of(ahead, fresh).forEach(EmbeddedChannel::runPendingTasks);

    assertThat(ahead.isOpen()).isFalse();
    assertThat(List.of(fresh.isOpen(), third.isOpen())).containsOnly(true);
  }

  @Test
  @DisplayName("that is told to leave begins nothing of what it has sent ahead")
  void nothingBegunByWhoLeaves() {
    OpenConnections door = door(RULES);
    Server server = new Server(false);
    EmbeddedChannel ahead = open(door, server);
    say(ahead, GET + GET);
    ahead.writeOutbound(answer(0));
    EmbeddedChannel worked = worked(door, 1, GET).get(0);
    // its turn comes after it was told, and before it was closed
    door.look();
    EmbeddedChannel newcomer = open(door, new Server(false));
    ahead.runPendingTasks();
    look(door, newcomer);

    assertThat(server.read).hasSize(1);
    assertThat(ahead.isOpen()).isFalse();
    assertThat(List.of(worked.isOpen(), newcomer.isOpen())).containsOnly(true);
  }

  @Test
  @DisplayName("that waits for the first time is not closed for the bytes of others' answers")
  void waitingBesideMuch() {
    HeldBytes little = new HeldBytes(20_000);
    OpenConnections door = door(FOUR, little);
    List<EmbeddedChannel> worked = worked(door, 3, GET);
    Server server = new Server(false);
    EmbeddedChannel newcomer = open(door, server);
    say(newcomer, GET);
    worked.forEach(channel -> answerIntoTheVoid(channel, 8_000));
    worked.forEach(channel -> look(door, channel));
    assertThat(little.isPassed()).isTrue();

    look(door, newcomer);
    assertThat(newcomer.isOpen()).isTrue();

    worked.get(0).close();
    worked.get(0).runPendingTasks();
    look(door, newcomer);
    assertThat(server.read).hasSize(1);
  }

  @Test
  @DisplayName("that waits is closed where there is no room at all any more")
  void waitingBesideTooMuch() {
    HeldBytes little = new HeldBytes(20_000);
    OpenConnections door = door(FOUR, little);
    List<EmbeddedChannel> worked = worked(door, 3, GET);
    EmbeddedChannel newcomer = open(door, new Server(false));
    say(newcomer, GET);
    worked.forEach(channel -> answerIntoTheVoid(channel, 12_000));
    worked.forEach(channel -> look(door, channel));

    look(door, newcomer);

    assertThat(newcomer.isOpen()).isFalse();
  }
}
