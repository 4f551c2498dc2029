package io.tollroute.module;

import io.tollroute.settings.Settings;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;

/**
 * What the modules of one bundle have made: objects for each other, objects by the names that route
 * files use, and what is to be done when the bundle starts, stops taking calls, and ends. For one
 * thread, until it is whole.
 */
public final class Assembly implements AutoCloseable {

  private final Settings settings;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<Class<?>, Object> provided = new HashMap<>();
  private final Map<Class<?>, List<Object>> contributed = new HashMap<>();
  private final Map<String, Object> beans = new LinkedHashMap<>();
  private final List<Readiness> readiness = new ArrayList<>();
  private final List<Remark> remarks = new ArrayList<>();
  private final List<Consumer<CamelContext>> whenConfigured = new ArrayList<>();
  private final List<Consumer<CamelContext>> whenStarted = new ArrayList<>();
  private final List<Drain> drains = new ArrayList<>();
  private final Deque<Runnable> toClose = new ArrayDeque<>();

  /** Takes no new calls from now on, and waits for those in flight. */
  @FunctionalInterface
  public interface Drain {

    /** Returns when they are done, or after {@code patience}. */
    void drain(Duration patience) throws InterruptedException;
  }

  /** An assembly in which nothing has been made. */
  public Assembly(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** What the operator has set. */
  public Settings settings() {
    return settings;
  }

  /** The only source of time. */
  public Clock clock() {
    return clock;
  }

  /** The version of the bundle; 0 where it was not packaged. */
  public String version() {
    return Optional.ofNullable(Assembly.class.getPackage().getImplementationVersion()).orElse("0");
  }

  /** Randomness that protects something. */
  public SecureRandom random() {
    return random;
  }

  /** Gives an object to the modules that come later, and returns it. */
  public <T> T provide(Class<T> type, T object) {
    if (provided.putIfAbsent(type, object) != null) {
      throw new IllegalStateException("two modules provide " + type.getName());
    }
    return object;
  }

  /** What an earlier module has provided. */
  public <T> T require(Class<T> type) {
    return find(type)
        .orElseThrow(
            () -> new IllegalStateException("no earlier module provides " + type.getName()));
  }

  /** What an earlier module has provided, if one has. */
  public <T> Optional<T> find(Class<T> type) {
    return Optional.ofNullable(provided.get(type)).map(type::cast);
  }

  /** Adds an entry to the list of its kind, for the modules that come later. */
  public <T> void contribute(Class<T> kind, T entry) {
    contributed.computeIfAbsent(kind, none -> new ArrayList<>()).add(entry);
  }

  /** The entries of a kind, in the order in which they came. */
  public <T> List<T> contributions(Class<T> kind) {
    return contributed.getOrDefault(kind, List.of()).stream().map(kind::cast).toList();
  }

  /** Gives an object a name that route files use. */
  public void bean(String name, Object object) {
    if (beans.putIfAbsent(name, object) != null) {
      throw new IllegalStateException("two objects are called " + name);
    }
  }

  /** The same for several. */
  public void beans(Map<String, Object> named) {
    named.forEach(this::bean);
  }

  /** Makes a condition without which nothing can be sold a part of readiness. */
  public void ready(String id, Supplier<Optional<String>> objection) {
    readiness.add(new Readiness(id, objection));
  }

  /** Tells whoever asks for readiness something that keeps nobody from selling. */
  public void remark(String id, Supplier<Optional<String>> remark) {
    remarks.add(new Remark(id, remark));
  }

  /** Has something done with the Camel context before it reads a route. */
  public void whenConfigured(Consumer<CamelContext> work) {
    whenConfigured.add(work);
  }

  /** Has something done when all routes have started. */
  public void whenStarted(Consumer<CamelContext> work) {
    whenStarted.add(work);
  }

  /** Has something done first of all when the bundle is told to stop. */
  public void onDrain(Drain drain) {
    drains.add(drain);
  }

  /** Has something done at the end; what was made last ends first. */
  public void onClose(Runnable end) {
    toClose.push(end);
  }

  /** A thread for deadlines, which ends with the bundle. */
  public ScheduledThreadPoolExecutor timer(String name) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    onClose(timer::shutdownNow);
    return timer;
  }

  /** Objects by the names that route files use. */
  public Map<String, Object> beans() {
    return Collections.unmodifiableMap(beans);
  }

  /** Conditions without which nothing can be sold. */
  public List<Readiness> readiness() {
    return List.copyOf(readiness);
  }

  /** What readiness tells beside. */
  public List<Remark> remarks() {
    return List.copyOf(remarks);
  }

  /** Does what was left to be done before the context reads a route. */
  public void configured(CamelContext context) {
    whenConfigured.forEach(work -> work.accept(context));
  }

  /** Does what was left to be done when all routes have started. */
  public void started(CamelContext context) {
    whenStarted.forEach(work -> work.accept(context));
  }

  /** Takes no new calls; returns when those in flight are done, or after {@code patience}. */
  public void drain(Duration patience) throws InterruptedException {
    for (Drain drain : drains) {
      drain.drain(patience);
    }
  }

  @Override
  public void close() {
    while (!toClose.isEmpty()) {
      toClose.pop().run();
    }
  }
}
