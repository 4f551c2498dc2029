package io.tollroute.alibaba;

import com.aliyuncs.auth.AlibabaCloudCredentials;
import com.aliyuncs.auth.AlibabaCloudCredentialsProvider;
import com.aliyuncs.exceptions.ClientException;
import io.tollroute.call.Refusal;
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
      current = Optional.of(source.getCredentials());
    } catch (ClientException | RuntimeException e) {
      // the message of a source may quote what it read
      LOG.error("alert=alibaba_credentials no credentials from their source: {}", e.getClass());
    }
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
