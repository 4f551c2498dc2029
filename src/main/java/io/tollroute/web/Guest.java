package io.tollroute.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection. It stands before the decoder and gives it one request at a time, the next one
 * when the answer to the last is out of our hands; meanwhile it stops to read, so that what a
 * caller sends ahead, or does not take, waits in his own buffers. It knows how long the request
 * takes to arrive and what it holds. Fields that are not volatile are its event loop's.
 */
final class Guest extends ChannelInboundHandlerAdapter {

  /** What a decoded header line takes beside its bytes: two texts, two arrays, an entry. */
  private static final int HEADER_LINE_BYTES = 160;

  /** Where the end of a body is not known, no more than this is decoded beyond it. */
  private static final int PIECE = 1024;

  /** What holds less need not be looked at for the sake of the bound. */
  private static final int SMALL = 4096;

  /** What an honest request may hold when there is no room at all for more. */
  private static final int MODEST = 8192;

  private static final WriteBufferWaterMark ANSWER = new WriteBufferWaterMark(4096, 8192);

  /** Whoever takes longer than this while others wait is not just on his way. */
  private static final long UNFINISHED = TimeUnit.SECONDS.toNanos(1);

  private static final long STUCK = TimeUnit.SECONDS.toNanos(2);

  /** How long the rest of a request may take that has its answer already. */
  private static final long LINGERS = TimeUnit.SECONDS.toNanos(5);

  private static final long STAYS = -1;

  /** In the order in which connections are closed to make room. */
  enum Rank {
    /** A request has begun and does not come to its end. */
    UNFINISHED,
    /** It has had an answer, and its next request waits: each answer makes it look young again. */
    AHEAD,
    /** There is no request, or it has just begun, or an answer is not taken. */
    SILENT,
    /** Its first request is here, and waits only because its neighbours are worked on. */
    WAITING,
    /** A request is worked on, or its answer is on its way: it may have been paid for. */
    KEPT
  }

  private enum Stage {
    IDLE,
    HEAD,
    BODY,
    WORK
  }

  private final Channel channel;
  private final Neighbours neighbours;
  private final OpenConnections door;
  private final ConnectionRules rules;
  private final HeldBytes budget;
  private final HeadScan head;
  private final AtomicLong leaves = new AtomicLong(STAYS);
  private final Deque<ByteBuf> waiting = new ArrayDeque<>(1);
  private final Turns turns = new Turns();

  private volatile Stage stage = Stage.IDLE;
  private volatile long since = System.nanoTime();
  private volatile long lastRead = since;
  private volatile long holds;
  private volatile boolean sentAhead;
  private volatile boolean served;
  private volatile long takenAt = since;
  private long pendingSeen;

  private boolean begun;
  private boolean answered;
  private boolean placed;
  private boolean refused;
  private boolean gone;
  private boolean contentSeen;
  private long bodyLeft;
  private long headBytes;
  private long bodyBytes;
  private int chunkLines;

  /** A connection beside {@code neighbours}, which has come in by {@code door}. */
  Guest(
      Channel channel,
      Neighbours neighbours,
      OpenConnections door,
      ConnectionRules rules,
      HeldBytes budget) {
    this.channel = channel;
    this.neighbours = neighbours;
    this.door = door;
    this.rules = rules;
    this.budget = budget;
    this.head = new HeadScan(rules.maxHeaderLines());
  }

  /** Takes its places in the pipeline of an HTTP server of Vert.x. */
  void enter() {
    channel.config().setWriteBufferWaterMark(ANSWER);
    channel.pipeline().addFirst("guest", this);
    channel.pipeline().addBefore("handler", "turns", turns);
  }

  /** The connections of its address. */
  Neighbours neighbours() {
    return neighbours;
  }

  /** Whether a request of it has been worked on. */
  boolean isServed() {
    return served;
  }

  /** Bytes that it holds of the heap. */
  long holds() {
    return holds;
  }

  /** Since when it is as it is, or has taken nothing of an answer. */
  long since() {
    long changed = since;
    long taken = takenAt;
    return pending() > 0 && taken - changed > 0 ? taken : changed;
  }

  /** How soon it would have to leave. */
  Rank rank() {
    return leaves.get() != STAYS ? Rank.KEPT : worth(System.nanoTime());
  }

  private Rank worth(long now) {
    if (pending() > 0) {
      return now - takenAt > STUCK && now - since > STUCK ? Rank.SILENT : Rank.KEPT;
    }
    return switch (stage) {
      case WORK -> Rank.KEPT;
      case IDLE -> idle();
      default -> now - since > UNFINISHED ? Rank.UNFINISHED : Rank.SILENT;
    };
  }

  private Rank idle() {
    if (!sentAhead) {
      return Rank.SILENT;
    }
    return served ? Rank.AHEAD : Rank.WAITING;
  }

  /** What is waiting to be taken by the other side. */
  private long pending() {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    return out == null ? 0 : out.totalPendingWriteBytes();
  }

  /** Closes it, from any thread, unless there is something to do for it by then. */
  void leave() {
    long much = holds;
    if (leaves.compareAndSet(STAYS, much)) {
      budget.goes(much);
      door.gone(this);
      channel.eventLoop().execute(this::leaveOrStay);
    }
  }

  private void leaveOrStay() {
    if (gone || leaves.get() == STAYS) {
      return;
    }
    if (worth(System.nanoTime()) == Rank.KEPT) {
      budget.goes(-leaves.getAndSet(STAYS));
      door.stays(this);
    } else {
      refused = true;
      channel.close();
    }
  }

  /** Closes it if its time is over; called again and again by one thread. */
  void look(long now) {
    long pending = pending();
    if (pending != pendingSeen) {
      pendingSeen = pending;
      takenAt = now;
      channel.eventLoop().execute(this::settle);
    } else if (pending > 0) {
      channel.eventLoop().execute(this::settle);
    }
    if (isOverdue(now)) {
      channel.eventLoop().execute(this::expire);
    } else if (sentAhead && stage != Stage.WORK) {
      channel.eventLoop().execute(this::goOn);
    }
  }

  private boolean isOverdue(long now) {
    if (pending() > 0) {
      return now - takenAt > rules.idleNanos();
    }
    return switch (stage) {
      case WORK -> false;
      case IDLE -> now - since > rules.idleNanos();
      case HEAD -> now - since > rules.headNanos() || now - lastRead > rules.idleNanos();
      case BODY ->
          now - since > (answered ? LINGERS : rules.bodyNanos())
              || now - lastRead > rules.idleNanos();
    };
  }

  private void expire() {
    if (gone || !isOverdue(System.nanoTime())) {
      return;
    }
    if (stage == Stage.IDLE) {
      channel.close();
    } else {
      refuse("request_timeout");
    }
  }

  /** Says why, unless an answer is out already, and closes the connection. */
  private void refuse(String word) {
    if (refused || gone) {
      return;
    }
    refused = true;
    if (answered || pending() > 0) {
      channel.close();
    } else {
      // not through the encoder, which has never heard of the request
      channel
          .pipeline()
          .context(this)
          .writeAndFlush(Unpooled.wrappedBuffer(door.refusal(word)))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf received)) {
      context.fireChannelRead(message);
      return;
    }
    if (leaves.get() != STAYS) {
      // what it says now would be held by one whom nobody counts any more
      leaveOrStay();
    }
    if (refused || gone) {
      received.release();
      return;
    }
    if (waiting.isEmpty()) {
      feed(context, received);
    } else {
      waiting.addLast(received);
      channel.config().setAutoRead(false);
    }
    settle();
  }

  private void holdBack(ByteBuf received) {
    waiting.addFirst(received);
    sentAhead = true;
    channel.config().setAutoRead(false);
  }

  /** Whether the decoder may have more: of the request that is being received, or of a next one. */
  private boolean isTurn() {
    return stage != Stage.WORK
        && (stage != Stage.IDLE || channel.isWritable() && neighbours.haveTurn());
  }

  private boolean isReceiving() {
    return stage == Stage.HEAD || stage == Stage.BODY;
  }

  private void feed(ChannelHandlerContext context, ByteBuf received) {
    while (received.isReadable() && !refused && !gone) {
      if (!isTurn()) {
        holdBack(received);
        return;
      }
      if (hasNoRoom(received.readableBytes())) {
        channel.close();
        break;
      }
      int size = piece(received);
      if (refused) {
        break;
      }
      if (size == received.readableBytes()) {
        pass(context, received, size);
        return;
      }
      pass(context, received.readRetainedSlice(size), size);
    }
    received.release();
  }

  /**
   * Whether there is no room to decode more for it. Whoever is told to leave is closed when his
   * event loop has the time for it, and before that may come what thousands have sent.
   */
  private boolean hasNoRoom(int more) {
    return stage != Stage.WORK
        && (leaves.get() != STAYS || holds + more > MODEST)
        && budget.isFull();
  }

  /** How much of what was received is decoded before it is asked again whether more may be. */
  private int piece(ByteBuf received) {
    if (!begun) {
      int size = head.scan(received);
      if (head.isTooLong()) {
        refuse("headers_too_large");
      }
      return size;
    }
    if (bodyLeft > 0) {
      return (int) Math.min(bodyLeft, received.readableBytes());
    }
    int size = Math.min(PIECE, received.readableBytes());
    chunkLines += lines(received, size);
    return size;
  }

  private static int lines(ByteBuf received, int size) {
    int lines = 0;
    int end = received.readerIndex() + size;
    for (int at = received.indexOf(received.readerIndex(), end, (byte) '\n');
        at >= 0;
        at = received.indexOf(at + 1, end, (byte) '\n')) {
      lines++;
    }
    return lines;
  }

  private void pass(ChannelHandlerContext context, ByteBuf piece, int size) {
    if (begun) {
      bodyBytes += size;
      bodyLeft -= Math.min(bodyLeft, size);
    } else {
      headBytes += size;
    }
    contentSeen = false;
    context.fireChannelRead(piece);
    if (contentSeen) {
      chunkLines = 0;
    } else if (chunkLines > rules.maxHeaderLines()) {
      // of lines that are no chunk: the trailer's, which are as dear as the head's
      refuse("headers_too_large");
    }
    if (stage == Stage.WORK) {
      return;
    }
    if (begun && stage != Stage.BODY) {
      move(Stage.BODY);
    } else if (!begun && stage == Stage.IDLE && head.hasBegun()) {
      move(Stage.HEAD);
    }
  }

  private void move(Stage next) {
    since = System.nanoTime();
    stage = next;
  }

  private void requestBegins(HttpRequest request) {
    begun = true;
    answered = false;
    chunkLines = 0;
    String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    bodyLeft = length == null || request.decoderResult().isFailure() ? 0 : Long.parseLong(length);
  }

  private void requestIsWhole() {
    if (answered) {
      over();
    } else {
      if (!placed) {
        placed = true;
        neighbours.workBegins();
      }
      move(Stage.WORK);
      if (!served) {
        served = true;
      }
    }
  }

  private void answerEnds() {
    if (stage == Stage.WORK) {
      over();
    } else {
      answered = true;
    }
  }

  private void over() {
    begun = false;
    answered = false;
    headBytes = 0;
    bodyBytes = 0;
    head.reset();
    move(Stage.IDLE);
  }

  /**
   * What was sent ahead has its turn, when the connection is looked at again: so whoever sends
   * ahead without end is none who is always worked on, and makes room for others in between.
   */
  private void goOn() {
    // or it would have to stay, and somebody else would leave for whom its place was meant
    leaveOrStay();
    if (refused || gone || waiting.isEmpty() || !isTurn()) {
      return;
    }
    ChannelHandlerContext context = channel.pipeline().context(this);
    do {
      feed(context, waiting.poll());
    } while (!waiting.isEmpty() && isReceiving() && !refused && !gone);
    context.fireChannelReadComplete();
    settle();
    if (gone) {
      return;
    }
    if (waiting.isEmpty()) {
      sentAhead = false;
      channel.config().setAutoRead(true);
    }
  }

  /** Tells what it holds now. */
  private void settle() {
    if (gone) {
      return;
    }
    long now = headBytes + (long) head.lines() * HEADER_LINE_BYTES + body() + pending();
    for (ByteBuf sentAhead : waiting) {
      now += sentAhead.capacity();
    }
    if (placed && stage != Stage.WORK && worth(System.nanoTime()) != Rank.KEPT) {
      // the answer is taken, or will never be
      placed = false;
      neighbours.workEnds();
    }
    if (isReceiving()) {
      lastRead = System.nanoTime();
    }
    if (now != holds) {
      budget.add(now - holds);
      holds = now;
      if (now > SMALL) {
        budget.relieve();
      }
    }
  }

  /** A body is collected in a buffer that doubles. */
  private long body() {
    return bodyBytes == 0 ? 0 : Long.highestOneBit(2 * bodyBytes - 1);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    gone = true;
    if (placed) {
      neighbours.workEnds();
    }
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    budget.add(-holds);
    holds = 0;
    // it may have been told to leave; nobody can tell it any more
    long going = leaves.getAndSet(0);
    budget.goes(going == STAYS ? 0 : -going);
    door.gone(this);
    context.fireChannelInactive();
  }

  /** Sees what the decoder has made of it, and the answers. */
  private final class Turns extends ChannelDuplexHandler {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (gone) {
        // the decoder says of half a request that it is broken, to nobody who could be told
        ReferenceCountUtil.release(message);
        return;
      }
      boolean broken = false;
      if (message instanceof HttpRequest request) {
        requestBegins(request);
        broken = request.decoderResult().isFailure();
      }
      if (message instanceof HttpContent content) {
        contentSeen = true;
        broken |= content.decoderResult().isFailure();
      }
      if (broken || message instanceof LastHttpContent) {
        requestIsWhole();
      }
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof LastHttpContent && !isInterim(message)) {
        answerEnds();
      } else if (message instanceof HttpResponse) {
        takenAt = System.nanoTime();
      }
      context.write(message, promise);
    }

    private static boolean isInterim(Object message) {
      return message instanceof HttpResponse response
          && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    @Override
    public void flush(ChannelHandlerContext context) {
      context.flush();
      settle();
    }
  }
}
