package io.tollroute.call;

import java.util.OptionalLong;

/**
 * What a caller who came too often is told about the limit that he met, as in the fields {@code
 * RateLimit-*} of draft-ietf-httpapi-ratelimit-headers-06.
 *
 * @param limit how many are allowed
 * @param remaining how many of them are left
 * @param resetSeconds seconds after which one more is allowed
 * @param windowSeconds time in which {@code limit} are allowed; empty where they are counted while
 *     they are in flight
 */
public record Quota(long limit, long remaining, long resetSeconds, OptionalLong windowSeconds) {}
