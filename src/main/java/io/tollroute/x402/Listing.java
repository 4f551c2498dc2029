package io.tollroute.x402;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What marketplaces are told of something that is sold, by way of the facilitator (x402 extension
 * bazaar). The documents are shared; read them, never change them.
 *
 * @param resource the x402 resource: where it is called and what it is
 * @param bazaar the extension: how it is called and what comes back
 */
record Listing(ObjectNode resource, ObjectNode bazaar) {}
