import {
  extractDiscoveryInfo,
  sanitizeResourceServiceMetadata,
  validateDiscoveryExtension,
  validateDiscoveryExtensionSpec,
} from '@x402/extensions/bazaar';
import { faults } from '../lib/faults-proxy.mjs';
import { CANONICAL, ICON } from '../lib/tollroute.mjs';

const PAYMENT = 'x402/payment';
const MCP = 'client 2.x auto';

/** What most clients send: neither the resource nor an extension. */
const bare = ({ x402Version, accepted, payload }) => ({ x402Version, accepted, payload });

/** It has no formats, and says so of each: JSON Schema lets a reader leave them aside. */
const OF_FORMATS = /^unknown format "[a-z-]+" ignored in schema at path/;

/** What a marketplace reads of what a facilitator is told; whatever it would say of it in a log is a problem. */
function extracted(t, { paymentPayload, paymentRequirements }, what) {
  const complaints = [];
  const { warn } = console;
  console.warn = (...words) => complaints.push(words.join(' '));
  const { bazaar } = paymentPayload.extensions;
  let info = null;
  try {
    info = extractDiscoveryInfo(paymentPayload, paymentRequirements);
    t.is(validateDiscoveryExtensionSpec(bazaar).errors ?? [], [], `${what}: against the specification`);
    t.is(validateDiscoveryExtension(bazaar).errors ?? [], [], `${what}: against its own schema`);
  } finally {
    console.warn = warn;
  }
  t.is(complaints.filter((line) => !OF_FORMATS.test(line)), [], `${what}: what the extractor complains of`);
  if (!info) {
    t.ok(false, `${what}: the extractor finds nothing`);
    return {};
  }
  const { serviceName, tags, iconUrl } = paymentPayload.resource;
  t.is(sanitizeResourceServiceMetadata(paymentPayload.resource), { serviceName, tags, iconUrl }, `${what}: what is taken`);
  t.is(info.iconUrl, ICON, `${what}: the picture`);
  t.ok(info.description?.length > 20 && info.tags?.length, `${what}: no texts`);
  return info;
}

const last = (calls) => calls.at(-1)?.json ?? {};

export const bazaar = [
  {
    title: 'the official extractor finds the service in the settlement of a payment that echoes nothing, over HTTP',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const body = t.body();
      t.paid(await t.buy(bare(await t.payment()), { body }));

      const settlement = last(t.settlements());
      t.is(settlement, last(t.verifications()), 'what is settled, compared with what was verified');
      const info = extracted(t, settlement, 'the settlement');
      t.is(info.resourceUrl, t.tollroute.url + CANONICAL, 'the address');
      t.is(info.method, 'POST', 'the method');
      const { input, output } = info.discoveryInfo ?? {};
      t.is([input?.type, input?.bodyType], ['http', 'json'], 'the kind of input');
      t.ok(output?.example?.data, 'no example of an answer');
    },
  },
  {
    title: 'it finds the tool in that of a payment that echoes nothing, over MCP',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const mcp = await t.mcp(MCP);
      t.paid(await mcp.call(t.body(), { [PAYMENT]: bare(await t.payment()) }));

      const info = extracted(t, last(t.settlements()), 'the settlement');
      t.is(info.resourceUrl, `${t.tollroute.url}/mcp`, 'the address');
      t.is(info.toolName, 'masked_face_comparison', 'the tool');
      t.is(info.discoveryInfo?.input?.type, 'mcp', 'the kind of input');
    },
  },
  {
    title: 'it finds the service in the settlement of an x402 v1 payment',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      t.paid(await t.buy(t.v1(await t.sign()), { body: t.body(), header: 'X-PAYMENT' }));

      const settlement = last(t.settlements());
      const info = extracted(t, settlement, 'the settlement');
      t.is(info.resourceUrl, t.tollroute.url + CANONICAL, 'the address');
    },
  },
  {
    title: 'a settlement that was lost is sent again byte for byte, with what was filled in',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', faults.lostThenRemembered(1));
      const payment = bare(await t.payment());
      const body = t.body();
      t.unknown(await t.buy(payment, { body }));
      await t.finish(payment, { body });

      const sent = t.settlements().map(({ text }) => text);
      t.ok(sent.length > 1, 'it was sent once');
      t.is(new Set(sent).size, 1, 'different bodies');
      extracted(t, last(t.settlements()), 'the settlement');
    },
  },
  {
    // refused before anything is done: what is told to verify is what would be settled
    title: 'it finds every service and every tool in what is told of a payment that echoes nothing',
    settle: 0,
    async run(t) {
      t.fault('verify', faults.json({ isValid: false, invalidReason: 'invalid_exact_evm_insufficient_balance' }));
      const { services } = await (await fetch(`${t.tollroute.url}/api/catalog`)).json();
      const mcp = await t.mcp(MCP);
      for (const { id, toolName, endpoint, exampleRequest } of services) {
        const path = new URL(endpoint).pathname;
        const { demand } = await t.buyers.send({ path, body: exampleRequest });
        const payment = bare(await t.buyers.payFor(t.accounts.alice, demand));
        t.refused(await t.buy(payment, { path, body: exampleRequest }));
        const service = extracted(t, last(t.verifications()), id);
        t.is([service.resourceUrl, service.method], [endpoint, 'POST'], `${id}: where it is`);

        t.status(await mcp.quietly(exampleRequest, { [PAYMENT]: payment }, toolName), 402);
        const tool = extracted(t, last(t.verifications()), toolName);
        t.is([tool.resourceUrl, tool.toolName], [`${t.tollroute.url}/mcp`, toolName], `${toolName}: where it is`);
      }
      t.is(t.calls().verify, 2 * services.length, 'payments that were verified');
      t.note(`${services.length} services, each as an address and as a tool`);
    },
  },
];
