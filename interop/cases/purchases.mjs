import { randomBytes } from 'node:crypto';
import { PaymentRequiredV1Schema, PaymentRequiredV2Schema } from '@x402/core/schemas';
import { NETWORK, PRICE } from '../lib/chain.mjs';
import { ALIAS, CANONICAL } from '../lib/tollroute.mjs';

export const purchases = [
  {
    title: 'unpaid: terms for v2 and v1 clients, nobody is asked',
    verify: 0,
    settle: 0,
    async run(t) {
      for (const path of [CANONICAL, ALIAS]) {
        for (const body of [undefined, '', t.body(), '{"broken":']) {
          const answer = await t.buyers.send({ path, body });
          t.status(answer, 402);
          const demand = PaymentRequiredV2Schema.safeParse(answer.demand);
          t.ok(demand.success, `PAYMENT-REQUIRED: ${demand.error?.message}`);
          const { x402Version, accepts, error } = answer.json;
          const v1 = PaymentRequiredV1Schema.safeParse({ x402Version, accepts, error });
          t.ok(v1.success, `body: ${v1.error?.message}`);
          t.ok((answer.headers['payment-required'] ?? '').length < 3072, 'PAYMENT-REQUIRED is 3 KB or more');
        }
      }
      const offer = t.terms.accepts[0];
      t.is(offer.network, NETWORK, 'network');
      t.is(offer.amount, `${PRICE}`, 'amount');
      t.is(offer.asset.toLowerCase(), t.chain.token.toLowerCase(), 'asset');
      t.is(offer.payTo.toLowerCase(), t.accounts.seller.address.toLowerCase(), 'payTo');
      t.is(t.terms.resource.url, t.tollroute.url + CANONICAL, 'resource.url');
    },
  },
  {
    title: '@x402/fetch (v2), canonical path',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const answer = await t.buyers.fetchV2(t.accounts.bob, CANONICAL, t.body());
      t.paid(answer);
      t.is(answer.settlement?.network, NETWORK, 'network of the receipt');
      t.is(answer.settlement?.payer?.toLowerCase(), t.accounts.bob.address.toLowerCase(), 'payer of the receipt');
      t.ok(answer.headers['payment-response'] && !answer.headers['x-payment-response'], 'not exactly the v2 receipt');
    },
  },
  {
    title: '@x402/fetch (v2), legacy alias, payment-identifier',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      t.ok(t.terms.extensions?.['payment-identifier'], 'payment-identifier is not offered');
      const paymentId = `interop_${randomBytes(12).toString('hex')}`;
      t.paid(await t.buyers.fetchV2(t.accounts.bob, ALIAS, t.body(), { paymentId }));
    },
  },
  {
    title: 'x402-fetch (v1), maxValue raised',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const answer = await t.buyers.fetchV1(t.accounts.carol, CANONICAL, t.body(), { maxValue: PRICE });
      t.paid(answer);
      t.ok(answer.headers['x-payment-response'] && !answer.headers['payment-response'], 'not exactly the v1 receipt');
    },
  },
  {
    title: 'x402-fetch (v1), default cap: the client itself refuses',
    verify: 0,
    async run(t) {
      const refusal = await t.buyers.fetchV1(t.accounts.carol, CANONICAL, t.body()).catch((error) => error);
      t.is(refusal.message, 'Payment amount exceeds maximum allowed', 'what the client says');
    },
  },
  {
    title: '@x402/axios (v2), canonical path',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      t.paid(await t.buyers.axiosV2(t.accounts.dave, CANONICAL, t.body({ QualityScoreThreshold: 97.5 })));
    },
  },
  {
    title: 'by hand (v2): no resource, no extensions; then both null',
    moves: 2,
    upstream: 2,
    async run(t) {
      const { resource, ...bare } = await t.payment();
      t.paid(await t.buy(bare, { body: t.body() }));
      t.paid(await t.buy({ ...(await t.payment()), resource: null, extensions: null }, { body: t.body() }));
    },
  },
  {
    title: "by hand (v1), header in odd case; the facilitator is asked in v2 with the seller's own terms",
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      t.paid(await t.buy(t.v1(await t.sign()), { body: t.body(), header: 'x-PaYmEnT' }));
      for (const { json } of [...t.verifications(), ...t.settlements()]) {
        t.is(json.x402Version, 2, 'x402Version for the facilitator');
        t.is(json.paymentPayload.x402Version, 2, 'x402Version of the payload for the facilitator');
        t.is(json.paymentRequirements, t.terms.accepts[0], 'paymentRequirements for the facilitator');
        t.is(json.paymentPayload.accepted, t.terms.accepts[0], 'accepted for the facilitator');
      }
    },
  },
  {
    title: 'a contract wallet (ERC-1271) with a signature longer than 65 bytes',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment({ from: t.chain.smartWallet, suffix: 'ab'.repeat(32) });
      t.paid(await t.buy(payment, { body: t.body() }));
    },
  },
  {
    title: '16 payments of four buyers at once',
    moves: 16,
    upstream: 16,
    verify: 16,
    settle: 16,
    async run(t) {
      const { alice, bob, carol, dave } = t.accounts;
      const payments = await Promise.all(
        Array.from({ length: 16 }, (_, i) => t.payment({ account: [alice, bob, carol, dave][i % 4] })),
      );
      const answers = await Promise.all(payments.map((payment) => t.buy(payment, { body: t.body() })));
      answers.forEach((answer, i) => {
        t.paid(answer);
        t.is(
          answer.settlement?.payer?.toLowerCase(),
          payments[i].payload.authorization.from.toLowerCase(),
          'payer of the receipt',
        );
      });
    },
  },
  {
    title: 'unknown and bloated extensions, __proto__ keys: ignored',
    moves: 1,
    upstream: 1,
    async run(t) {
      const text = JSON.stringify({
        ...(await t.payment()),
        extensions: { 'x-unknown': { info: { filler: 'x'.repeat(4000) } } },
      }).replace('"extensions":{', '"extensions":{"__proto__":{"isValid":true},"constructor":{"prototype":{"a":1}},');
      t.paid(await t.buy(text, { body: t.body() }));
    },
  },
  {
    title: 'Authorization headers beside the payment: ignored',
    moves: 3,
    upstream: 3,
    async run(t) {
      for (const authorization of ['Bearer abc', 'Payment abc', 'L402 abc:def']) {
        t.paid(await t.buy(await t.payment(), { body: t.body(), headers: { authorization } }));
      }
    },
  },
];
