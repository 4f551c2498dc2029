package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.exceptions.ClientException;
import io.tollroute.call.Refusal;
import io.tollroute.call.Trimmed;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account's credentials, from one of the SDK's sources. The sources block and are not made for
 * many threads, so one timer refreshes them and calls use the last good ones.
 */
public final class AlibabaCredentials {

  private static final Logger LOG = LoggerFactory.getLogger(AlibabaCredentials.class);

  private static final String ID = "ALIBABA_CLOUD_ACCESS_KEY_ID: ";

  private final AlibabaCloudCredentialsProvider source;
  private final Set<String> unknown;
  private volatile Optional<AlibabaCloudCredentials> current = Optional.empty();

  /**
   * Takes credentials from {@code source}, when a service needs them.
   *
   * @param unknown ids of keys of which it is known that Alibaba Cloud has no such account
   */
  public AlibabaCredentials(AlibabaCloudCredentialsProvider source, Set<String> unknown) {
    this.source = source;
    this.unknown = Set.copyOf(unknown);
  }

  /** Takes credentials from {@code source}, whatever they are. */
  public AlibabaCredentials(AlibabaCloudCredentialsProvider source) {
    this(source, Set.of());
  }

  /** Asks the source again, if there ever was need; when it has none, the last good ones stay. */
  public void refresh() {
    if (current.isPresent()) {
      ask()
          .ifPresent(
              failure ->
                  LOG.error(
                      "alert=alibaba_credentials no credentials from their source: {}", failure));
    }
  }

  /** What is wrong with the credentials, in a line; asks for the first ones. */
  Optional<String> lacking() {
    if (current.isEmpty() && ask().isPresent()) {
      return Optional.of(
          ID + "no credentials for Alibaba Cloud, neither there nor in another source of its SDK");
    }
    return current
        .map(AlibabaCloudCredentials::getAccessKeyId)
        .filter(unknown::contains)
        .map(id -> ID + "is the sandbox's, which Alibaba does not know");
  }

  /** The kind of failure, if there are none: the message of a source may quote what it read. */
  private Optional<Class<?>> ask() {
    try {
      current = Optional.of(trimmed(source.getCredentials()));
      return Optional.empty();
    } catch (ClientException | RuntimeException e) {
      return Optional.of(e.getClass());
    }
  }

  /** Mounted files and editors leave blanks and line ends, which Alibaba takes for a part. */
  private static AlibabaCloudCredentials trimmed(AlibabaCloudCredentials found) {
    if (found instanceof BasicSessionCredentials session) {
      return new BasicSessionCredentials(
          trimmed(session.getAccessKeyId()),
          trimmed(session.getAccessKeySecret()),
          trimmed(session.getSessionToken()));
    }
    return found instanceof BasicCredentials
        ? new BasicCredentials(trimmed(found.getAccessKeyId()), trimmed(found.getAccessKeySecret()))
        : found;
  }

  private static String trimmed(String text) {
    String trimmed = Trimmed.of(text);
    if (trimmed.isEmpty()) {
      throw new IllegalArgumentException("a credential is blank");
    }
    return trimmed;
  }

  /**
   * The last good credentials.
   *
   * @throws Refusal {@code provider_failed} while there are none
   */
  AlibabaCloudCredentials current() throws Refusal {
    return current.orElseThrow(() -> Refusal.of("provider_failed"));
  }
}
