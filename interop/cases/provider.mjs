import { CANONICAL } from '../lib/tollroute.mjs';

/** What may be wrong with the request and the provider: nothing is settled for a call that fails. */

function providerFails({ title, magic, upstream = 1, status, check = () => {} }) {
  return {
    title,
    upstream,
    verify: 1,
    settle: 0,
    async run(t) {
      const answer = await t.buy(await t.payment(), { body: t.magic(magic) });
      t.failed(answer, ...[status].flat());
      check(t, answer);
    },
  };
}

const atMostThree = [1, 3];

export const provider = [
  {
    title: 'a body that the schema refuses; the payment stays good for a right one',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const { ImageURLB, ...missing } = t.body();
      const wrong = [
        missing,
        t.body({ ImageURLA: 5 }),
        t.body({ ImageURLA: 'ftp://images.example.com/a.jpg' }),
        t.body({ QualityScoreThreshold: 'high' }),
        t.body({ Action: 'DeleteFaceDb' }),
        t.body({ AccessKeyId: 'x' }),
      ];
      for (const body of wrong) t.failed(await t.buy(payment, { body }), 400);
      t.is(t.calls(), { verify: 0, settle: 0 }, 'facilitator calls for bad bodies');
      t.paid(await t.buy(payment, { body: t.body() }));
    },
  },
  {
    title: 'a body that is no JSON object, or none at all',
    verify: 0,
    async run(t) {
      const payment = await t.payment();
      for (const body of ['{"ImageURLA":', '', ' ', '[]', 'null', '"text"', `${JSON.stringify(t.body())}{}`]) {
        t.failed(await t.buy(payment, { body }), 400);
      }
      t.failed(await t.buy(payment), 400, 415);
    },
  },
  {
    title: 'the buyer is wrong about the image (no face); the payment stays good for another image',
    moves: 1,
    upstream: 2,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const answer = await t.buy(payment, { body: t.magic('error/InvalidImage.NotFoundFace') });
      t.failed(answer, 422);
      t.ok(answer.text.includes('InvalidImage.NotFoundFace'), "the provider's code is not told");
      t.ok(!answer.text.includes('pk='), "the seller's account at the provider is told");
      t.is(t.calls().settle, 0, 'settlements of a failed call');
      t.paid(await t.buy(payment, { body: t.body() }));
    },
  },
  providerFails({ title: 'the image is too large', magic: 'error/InvalidParameter.TooLarge', status: 422 }),
  providerFails({
    title: 'the provider has an internal error',
    magic: 'error/InternalError',
    upstream: atMostThree,
    status: [502, 503, 504],
  }),
  providerFails({
    title: 'the provider answers HTTP 503',
    magic: 'outage/status-503',
    upstream: atMostThree,
    status: [502, 503, 504],
  }),
  providerFails({
    title: 'the provider hangs up',
    magic: 'outage/reset',
    upstream: atMostThree,
    status: [502, 503, 504],
  }),
  providerFails({
    title: "the seller's own key is refused: nothing of it is shown",
    magic: 'error/SignatureDoesNotMatch',
    upstream: atMostThree,
    status: 502,
    check: (t, { text }) => t.ok(!/Signature|AccessKey|sandbox-access/i.test(stripDemand(text)), 'it is shown'),
  }),
  providerFails({ title: 'the provider takes too long', magic: 'slow/9000', status: [502, 504] }),
  providerFails({ title: 'the provider never answers', magic: 'outage/silent', status: [502, 504] }),
  providerFails({
    title: 'the provider answers 200 and nothing',
    magic: 'outage/empty',
    upstream: atMostThree,
    status: [502, 503, 504],
  }),
  ...['truncated', 'html', 'huge', 'nested'].map((outage) =>
    providerFails({
      title: `the provider's answer is ${outage}`,
      magic: `outage/${outage}`,
      upstream: atMostThree,
      status: [502, 503, 504],
    }),
  ),
  providerFails({
    title: 'the provider throttles: bounded tries, then 503',
    magic: 'error/Throttling',
    upstream: atMostThree,
    status: 503,
  }),
  {
    title: 'the buyer hangs up during the work and comes back with the same payment',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.magic('slow/1500');
      const gone = await t.buy(payment, { body, abortAfterMs: 500 }).catch(({ message }) => message);
      t.is(gone, 'hung up', 'the first try');
      await t.finish(payment, { body });
    },
  },
  {
    title: 'paid requests with a wrong method or content type: nothing happens',
    verify: 0,
    plain: true,
    async run(t) {
      const payment = await t.payment();
      const headers = { 'PAYMENT-SIGNATURE': Buffer.from(JSON.stringify(payment)).toString('base64') };
      t.status(await t.buyers.send({ path: CANONICAL, method: 'GET', headers }), 405);
      t.status(await t.buyers.send({ path: CANONICAL, method: 'PUT', headers, body: t.body() }), 405);
      const text = { ...headers, 'content-type': 'text/plain' };
      t.status(await t.buyers.send({ path: CANONICAL, headers: text, body: t.body() }), 415);
    },
  },
];

/** The terms say "signature" too. */
function stripDemand(text) {
  const { accepts, payment, ...rest } = JSON.parse(text);
  return JSON.stringify(rest);
}
