package io.tollroute.alibaba;

import java.util.Map;

/**
 * A call that can be sent as it is, with POST to the root of its endpoint.
 *
 * @param query as it is to be sent, empty when there is none
 * @param body the form, as the bytes that were signed
 * @param headers what must go with it, unchanged
 */
record SignedRpc(String query, byte[] body, Map<String, String> headers) {}
