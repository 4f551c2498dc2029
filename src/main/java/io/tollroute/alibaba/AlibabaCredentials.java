package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.aliyuncs.auth.BasicCredentials;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.exceptions.ClientException;
import io.tollroute.call.Refusal;
import io.tollroute.call.Trimmed;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account's credentials, from one of the SDK's sources. The sources block and are not made for
 * many threads, so one timer refreshes them and calls use the last good ones.
 */
public final class AlibabaCredentials {

  private static final Logger LOG = LoggerFactory.getLogger(AlibabaCredentials.class);

  private final AlibabaCloudCredentialsProvider source;
  private volatile Optional<AlibabaCloudCredentials> current = Optional.empty();

  /** Takes credentials from {@code source}. */
  public AlibabaCredentials(AlibabaCloudCredentialsProvider source) {
    this.source = source;
  }

  /** Asks the source; when it has none, the last good ones stay. */
  public void refresh() {
    try {
      current = Optional.of(trimmed(source.getCredentials()));
    } catch (ClientException | RuntimeException e) {
      // the message of a source may quote what it read
      LOG.error("alert=alibaba_credentials no credentials from their source: {}", e.getClass());
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

  /** Whether there are any. */
  public boolean present() {
    return current.isPresent();
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
