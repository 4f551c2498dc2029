import { faults, INTERNAL_TEXT, startFaultsProxy } from '../lib/faults-proxy.mjs';
import { CANONICAL, launchServe } from '../lib/tollroute.mjs';

/** What a facilitator may do, with the money watched on the chain. */

/** No verdict: nobody is refused, nothing is consumed, and the same payment buys the answer once the fault is over. */
function verifyFails(title, variants, status = [503]) {
  return {
    title: `verify: ${title}; the payment stays good`,
    moves: 1,
    upstream: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.body();
      for (const fault of variants(t)) {
        t.fault('verify', fault);
        t.failed(await t.buy(payment, { body }), ...status);
      }
      t.clear();
      t.paid(await t.buy(payment, { body }));
    },
  };
}

/** No outcome: the work is kept, and the same payment finishes it without running it or paying for it again. */
function settleUnknown(title, fault) {
  return {
    title: `settle: ${title}; the same payment finishes it`,
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', fault(t));
      const payment = await t.payment();
      const body = t.body();
      t.unknown(await t.buy(payment, { body }));
      t.clear();
      const answer = await t.finish(payment, { body });
      t.replay(await t.buy(payment, { body }), answer);
      t.sameSettlements();
    },
  };
}

/** A success that cannot be true. */
function settleLies(title, fault) {
  return {
    ...settleUnknown(title, fault),
    title: `settle lies: ${title}; nothing is delivered on its word`,
    async run(t) {
      t.fault('settle', await fault(t));
      const payment = await t.payment();
      const body = t.body();
      t.status(await t.buy(payment, { body }), 502, 503);
      t.clear();
      await t.finish(payment, { body });
      },
  };
}

const refusal = (t, status) =>
  faults.json(
    {
      success: false,
      errorReason: 'invalid_exact_evm_insufficient_balance',
      errorMessage: INTERNAL_TEXT,
      transaction: '',
      network: t.terms.accepts[0].network,
      payer: t.accounts.alice.address,
    },
    status,
  );

export const facilitator = [
  {
    title: 'verify: nobody listens; the payment stays good',
    moves: 1,
    upstream: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.body();
      await t.proxy.down();
      try {
        t.failed(await t.buy(payment, { body }), 503);
      } finally {
        await t.proxy.up();
      }
      // Its pooled connections died with the listener, so the next try may fail too.
      await t.finish(payment, { body });
    },
  },
  verifyFails('HTTP 500, 503, 429, 401, 403 or a reset', () => [
    ...[500, 503, 429, 401, 403].map((status) => faults.httpError(status, { 'retry-after': '1' })),
    faults.reset(),
  ]),
  verifyFails('no answer', () => [faults.hang()]),
  verifyFails('one byte now and then', () => [faults.drip()]),
  verifyFails('HTML, {}, isValid:"true", 1, null, [], no JSON, endless',
    () => [
      faults.html(),
      ...[{}, { isValid: 'true' }, { isValid: 1 }, { isValid: null, payer: INTERNAL_TEXT }, [], 'null', '{"isValid":tr'].map(
        (body) => faults.json(body),
      ),
      faults.endless(),
    ],
    [502, 503],
  ),
  {
    title: 'verify lies: the payer is not who signed',
    settle: 0,
    async run(t) {
      t.fault('verify', faults.altered((body) => ({ ...body, payer: t.accounts.bob.address })));
      t.failed(await t.buy(await t.payment(), { body: t.body() }), 402, 502, 503);
    },
  },
  {
    title: 'settle refuses (as 200, as 400): 402 with the reason, no result',
    upstream: 2,
    async run(t) {
      for (const status of [200, 400]) {
        t.fault('settle', refusal(t, status));
        const answer = await t.buy(await t.payment(), { body: t.body() });
        t.refused(answer, 'invalid_exact_evm_insufficient_balance');
        t.is(answer.settlement?.success, false, 'success in PAYMENT-RESPONSE');
        t.is(answer.settlement?.transaction, '', 'transaction in PAYMENT-RESPONSE');
      }
    },
  },
  {
    title: "settle: THE MONEY MOVED AND THE ANSWER IS LOST, twice; then the same payment gets its answer",
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', faults.lost());
      const payment = await t.payment();
      const body = t.body();
      const before = await t.chain.balanceOf(t.accounts.seller.address);
      t.unknown(await t.buy(payment, { body }));
      t.is((await t.chain.balanceOf(t.accounts.seller.address)) - before, 200000n, 'what the seller has got already');
      t.status(await t.buy(payment, { body }), 503, 409);
      t.clear();
      const answer = await t.finish(payment, { body });
      t.replay(await t.buy(payment, { body }), answer);
      t.sameSettlements();
    },
  },
  {
    title: 'the same with @x402/fetch: it does not pay twice, and its payment header buys the answer',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', faults.lost());
      const body = t.body();
      t.unknown(await t.buyers.fetchV2(t.accounts.bob, CANONICAL, body));
      t.clear();
      await t.finish(Buffer.from(t.lastSignature(), 'base64').toString('utf8'), { body });
      t.sameSettlements();
    },
  },
  {
    title: 'the same with v1: X-PAYMENT again gets X-PAYMENT-RESPONSE',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', faults.lost());
      const payment = t.v1(await t.sign());
      const options = { body: t.body(), header: 'X-PAYMENT' };
      t.unknown(await t.buy(payment, options));
      t.clear();
      const answer = await t.finish(payment, options);
      t.ok(answer.headers['x-payment-response'], 'no v1 receipt');
    },
  },
  settleUnknown('the answer comes after the deadline', () => faults.late(6000)),
  settleUnknown('no answer, nothing happened', () => faults.hang()),
  settleUnknown('reset, nothing happened', () => faults.reset()),
  settleUnknown('HTTP 500 with text, nothing happened', () => faults.httpError(500)),
  settleUnknown('HTML, nothing happened', () => faults.html(502)),
  settleUnknown('{}, nothing happened', () => faults.json({})),
  {
    title: 'settle: nobody listens; the same payment finishes it',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.magic('slow/1000');
      let down;
      t.fault(
        'verify',
        faults.after(() => {
          down = t.sleep(300).then(t.proxy.down);
        }),
      );
      try {
        // A connection that was refused has carried no settlement: "no" is as honest as "unknown".
        const answer = await t.buy(payment, { body });
        t.status(answer, 503);
        t.ok(['no', 'unknown'].includes(answer.charged), `charged is ${answer.charged}`);
      } finally {
        t.clear();
        await down;
        await t.proxy.up();
      }
      await t.finish(payment, { body });
    },
  },
  {
    title: 'settle: the first answer is lost, a facilitator that remembers gives it again',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', faults.lostThenRemembered(1));
      await orFinish(t);
    },
  },
  {
    title: 'settle: reset, nothing happened, then the payer cancels: refused, nobody is charged',
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', faults.reset());
      const payment = await t.payment();
      const body = t.body();
      t.unknown(await t.buy(payment, { body }));
      await t.chain.cancel(t.accounts.alice, payment.payload.authorization.nonce);
      t.clear();
      let answer;
      for (let i = 0; i < 15; i++) {
        answer = await t.buy(payment, { body });
        if (![409, 503].includes(answer.status)) break;
        await t.sleep(1000);
      }
      t.refused(answer);
    },
  },
  ...[
    [200, 'transaction_failed'],
    [500, 'unexpected_settle_error'],
  ].map(([status, reason]) => ({
    title: `settle: settled, and called ${reason} with ${status}; @x402/fetch pays once, its payment header buys the answer`,
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', faults.calledFailed(status, reason));
      const body = t.body();
      const answer = await t.buyers.fetchV2(t.accounts.bob, CANONICAL, body);
      t.status(answer, 200, 503);
      t.clear();
      await t.finish(Buffer.from(t.lastSignature(), 'base64').toString('utf8'), { body });
      t.sameSettlements();
    },
  })),
  settleLies('success without a transaction', (t) =>
    faults.json({
      success: true,
      transaction: '',
      network: t.terms.accepts[0].network,
      payer: t.accounts.alice.address,
    }),
  ),
  settleLies('another network', () => faults.altered((body) => ({ ...body, network: 'eip155:1' }))),
  settleLies('another payer', (t) =>
    faults.altered((body) => ({ ...body, payer: t.accounts.bob.address })),
  ),
  settleLies('another amount', () => faults.altered((body) => ({ ...body, amount: '1' }))),
  settleLies('success:"true"', () => faults.altered((body) => ({ ...body, success: 'true' }))),
  settleLies('no success at all', () => faults.altered(({ success, ...body }) => body)),
  {
    title: 'settlement_pending once (as 200, as 500), then settled: answered at once',
    moves: 2,
    upstream: 2,
    verify: 2,
    settle: 4,
    async run(t) {
      for (const status of [200, 500]) {
        t.fault('settle', faults.pending(1, status));
        t.paid(await t.buy(await t.payment(), { body: t.body() }));
      }
      const [first, second, third, fourth] = t.settlements().map(({ json }) => json);
      t.is(second, first, 'the settlement sent again');
      t.is(fourth, third, 'the settlement sent again');
    },
  },
  {
    title: 'settlement_pending 3 times, then settled',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      t.fault('settle', faults.pending(3));
      await orFinish(t);
      t.sameSettlements();
    },
  },
  settleUnknown('settlement_pending without end', () => faults.pending(Infinity)),
  settleUnknown('settlement_pending without end, as HTTP 500', () => faults.pending(Infinity, 500)),
  verifyFails('a redirect is not followed', (t) => [faults.redirect(t.facilitatorUrl)]),
  settleUnknown('a redirect is not followed', (t) => faults.redirect(t.facilitatorUrl)),
  {
    title: '/supported fails while running (500, HTML, reset): the last good answer stays',
    moves: 3,
    upstream: 3,
    async run(t) {
      for (const fault of [faults.httpError(500), faults.html(), faults.reset()]) {
        t.fault('supported', fault);
        t.is((await t.buyers.send({ path: CANONICAL })).demand, t.terms, 'the terms');
        t.paid(await t.buy(await t.payment(), { body: t.body() }));
      }
    },
  },
  {
    title: '/supported is empty at the start: not ready, nothing is advertised, until it lists what is sold',
    async run(t) {
      // A proxy of its own: the instance that everybody else buys from must not hear of this.
      const proxy = await startFaultsProxy(t.facilitatorUrl);
      proxy.fault('supported', faults.json({ kinds: [], extensions: [], signers: {} }));
      const other = await launchServe('serve-unsupported', t.directory, {
        chain: t.chain,
        facilitatorUrl: proxy.url,
        sandbox: t.sandbox,
      });
      const unpaid = () =>
        fetch(other.url + CANONICAL, { method: 'POST' }).then(
          ({ status }) => status,
          () => undefined,
        );
      const ended = () => other.child.exitCode !== undefined;
      try {
        for (let i = 0; i < 16 && !ended(); i++) {
          await t.sleep(500);
          t.ok(!(await other.isReady().catch(() => false)), 'it is ready');
          t.ok((await unpaid()) !== 402, 'terms are offered that cannot be settled');
        }
        proxy.clear();
        // Refusing to start is as good as waiting.
        if (!ended()) {
          await other.ready(60000);
          t.is(await unpaid(), 402, 'the status of an unpaid call once the facilitator lists the kind');
        }
      } finally {
        await other.stop();
        await proxy.close();
      }
    },
  },
  {
    ...settleLies('the answer to another purchase', async (t) => {
      const { settlement } = await t.buyers.fetchV2(t.accounts.bob, CANONICAL, t.body());
      return faults.altered(() => settlement);
    }),
    moves: 2,
    upstream: 2,
    verify: 2,
  },
];

/** Answered at once or after a 503, as the product likes. */
async function orFinish(t) {
  const payment = await t.payment();
  const body = t.body();
  const answer = await t.buy(payment, { body });
  t.status(answer, 200, 503);
  if (answer.status === 503) await t.finish(payment, { body });
}
