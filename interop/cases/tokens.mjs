import { PRICE } from '../lib/chain.mjs';
import { encode } from '../lib/buyers.mjs';
import { faults } from '../lib/faults-proxy.mjs';
import { PAYMENTS, SERVICE } from '../lib/tollroute.mjs';

async function paySigned(t, order, payment) {
  return t.buyers.send({
    path: `${PAYMENTS}/${order.paymentId}/pay`,
    method: 'POST',
    headers: { 'PAYMENT-SIGNATURE': encode(payment) },
  });
}

const forOrder = (t, order, account = t.accounts.alice) =>
  t.buyers.payFor(account, { x402Version: 2, resource: order.resource, accepts: order.accepts });

async function untilPaid(t, order, payment) {
  let answer;
  for (let i = 0; i < 10; i++) {
    answer = await paySigned(t, order, payment);
    if (answer.status === 200) break;
    t.is(answer.charged, 'unknown', 'charged while it is not known');
    await t.sleep(500);
  }
  t.status(answer, 200);
  t.is(answer.json?.status, 'paid', 'status');
  return answer;
}

function parallel(calls) {
  return {
    title: `50 uses at once of a token for ${calls === 1 ? 'one call' : `${calls} calls`}: exactly ${calls}`,
    tokens: [calls],
    upstream: calls,
    verify: 1,
    settle: 1,
    async run(t) {
      const order = await t.token(calls);
      const uses = await Promise.all(
        Array.from({ length: 50 }, () => t.body()).map((body) => t.spend(order.token, { body })),
      );
      t.is(uses.filter(({ status }) => status === 200).length, calls, 'answers');
      for (const use of uses) {
        t.status(use, 200, 402, 409);
        if (use.status === 402) t.is(use.charged, 'no', 'charged');
      }
      const shown = await t.show(order);
      t.is([shown.status, shown.remainingCalls], ['exhausted', 0], 'status and what remains');
      t.status(await t.spend(order.token), 402);
    },
  };
}

export const tokens = [
  {
    title: '@x402/fetch pays an order at its own address by itself; the token is good for its calls',
    tokens: [2],
    upstream: 2,
    verify: 1,
    settle: 1,
    async run(t) {
      const order = await t.order(2);
      t.status(await t.spend(order.token), 402);
      const paid = await t.pay(order);
      t.status(paid, 200);
      t.is(await t.moved(), 2n * PRICE, 'moved');
      t.is(paid.settlement?.amount ?? `${2n * PRICE}`, `${2n * PRICE}`, 'amount of the receipt');
      for (const remaining of [1, 0]) {
        const answer = await t.spend(order.token);
        t.paid(answer);
        t.is(answer.tokenReceipt?.remainingCalls, remaining, 'calls that remain');
      }
      t.refused(await t.spend(order.token), 'token_exhausted');
      t.is(await t.moved(), 0n, 'moved by the uses');
    },
  },
  {
    title: 'bought and paid in one request; the same request shows the same token',
    tokens: [3],
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const [offer] = t.terms.accepts;
      const payment = await t.buyers.payFor(t.accounts.bob, {
        x402Version: 2,
        resource: { url: t.tollroute.url + PAYMENTS },
        accepts: [{ ...offer, amount: `${3n * PRICE}` }],
      });
      const buy = () =>
        t.buyers.send({
          path: PAYMENTS,
          body: { serviceId: SERVICE, calls: 3 },
          headers: { 'PAYMENT-SIGNATURE': encode(payment) },
        });
      const bought = await buy();
      t.status(bought, 201);
      t.is(bought.json?.status, 'paid', 'status');
      t.ok(bought.settlement?.success, 'no receipt');
      const again = await buy();
      t.is(again.json?.token, bought.json?.token, 'the token of the same request');
      t.ok(again.replayed, 'no Idempotent-Replayed');
      t.paid(await t.spend(bought.json.token));
    },
  },
  parallel(1),
  parallel(3),
  {
    title: 'x402-fetch (v1) pays an order by itself, and is told only what pays it',
    tokens: [2],
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const order = await t.order(2);
      const path = `${PAYMENTS}/${order.paymentId}/pay`;
      const { payment, accepts } = (await t.buyers.send({ path })).json;
      t.ok(!JSON.stringify(accepts).includes('null'), 'a null in the terms for v1');
      t.ok(!JSON.stringify(payment.retryWith).includes('Token'), 'a token pays no order');
      const paid = await t.buyers.fetchV1(t.accounts.carol, path, undefined, { maxValue: 2n * PRICE });
      t.status(paid, 200);
      t.paid(await t.spend(order.token));
    },
  },
  {
    title: "paying: the facilitator's answer to settle is lost; 503, then 200 for the same signature, one transfer",
    tokens: [1],
    upstream: 1,
    verify: 1,
    async run(t) {
      const order = await t.order();
      const payment = await forOrder(t, order);
      t.fault('settle', faults.lost());
      const first = await paySigned(t, order, payment);
      t.status(first, 503, 200);
      if (first.status === 503) t.is(first.charged, 'unknown', 'charged');
      t.clear();
      t.note(`the first answer: ${first.status}`);
      await untilPaid(t, order, payment);
      t.sameSettlements();
      t.is((await t.show(order)).status, 'paid', 'status');
      t.paid(await t.spend(order.token));
    },
  },
  {
    title: 'paying: a facilitator that never answers settle, but remembers; nobody signs twice',
    tokens: [1],
    verify: 1,
    async run(t) {
      const order = await t.order();
      const payment = await forOrder(t, order);
      t.fault('settle', faults.lostThenRemembered(2));
      t.status(await paySigned(t, order, payment), 503, 200);
      await untilPaid(t, order, payment);
      t.sameSettlements();
    },
  },
  {
    title: 'paying: a third party submits the signature first; the chain decides `nonce already used`: paid',
    tokens: [1],
    upstream: 1,
    verify: 1,
    async run(t) {
      let submitted;
      const order = await t.order();
      const payment = await forOrder(t, order);
      t.fault('settle', faults.before(() => (submitted ??= t.chain.submit(t.accounts.outsider, payment.payload))));
      await untilPaid(t, order, payment);
      const { transactionHash } = await submitted;
      const again = await paySigned(t, order, payment);
      t.is(again.settlement?.transaction, transactionHash, 'transaction of the receipt');
      t.paid(await t.spend(order.token));
    },
  },
  {
    title: 'paying: the payer cancels between verify and settle; the order stays unpaid, its token buys nothing',
    verify: 1,
    async run(t) {
      let cancelled;
      const { alice } = t.accounts;
      const order = await t.order();
      const payment = await forOrder(t, order);
      const { nonce } = payment.payload.authorization;
      t.fault('settle', faults.before(() => (cancelled ??= t.chain.cancel(alice, nonce))));
      let answer = await paySigned(t, order, payment);
      for (let i = 0; i < 10 && answer.status === 503; i++) {
        await t.sleep(1000);
        answer = await paySigned(t, order, payment);
      }
      t.refused(answer);
      t.is((await t.show(order)).status, 'pending', 'status');
      t.status(await t.spend(order.token), 402);
    },
  },
  {
    title: 'an order paid twice at once, by two wallets: one payment is taken',
    tokens: [1],
    async run(t) {
      const order = await t.order();
      const { alice, bob } = t.accounts;
      const payments = await Promise.all([forOrder(t, order, alice), forOrder(t, order, bob)]);
      const answers = await Promise.all(payments.map((payment) => paySigned(t, order, payment)));
      const taken = answers.filter(({ status }) => status === 200);
      t.is(taken.length, 1, 'payments that were taken');
      for (const answer of answers) {
        t.status(answer, 200, 402, 409);
      }
      const again = await Promise.all(payments.map((payment) => paySigned(t, order, payment)));
      for (const [i, answer] of again.entries()) {
        if (answers[i].status === 200) t.is(answer.replayed, true, 'a replay');
        else t.is([answer.status === 200, answer.charged], [false, 'no'], 'answered and charged, for the other wallet');
      }
    },
  },
  {
    title: 'a provider that fails gives the use back; the same request again gets the kept answer',
    tokens: [1],
    upstream: [2, 4],
    async run(t) {
      const order = await t.token();
      t.failed(await t.spend(order.token, { body: t.magic('error/InternalError') }), 502, 503, 504);
      t.is((await t.show(order)).remainingCalls, 1, 'calls that remain');
      const body = t.body();
      const first = await t.spend(order.token, { body });
      t.paid(first);
      t.replay(await t.spend(order.token, { body }), first);
    },
  },
  {
    title: 'the same request with the same token is the same call; another Idempotency-Key is another call',
    tokens: [3],
    upstream: 2,
    async run(t) {
      const order = await t.token(3);
      const body = t.body();
      const copies = await Promise.all(Array.from({ length: 20 }, () => t.spend(order.token, { body })));
      for (const answer of copies) t.status(answer, 200, 409);
      const again = await t.spend(order.token, { body });
      t.replay(again, copies.find(({ status }) => status === 200));
      t.is(again.tokenReceipt?.remainingCalls, 2, 'calls that remain');
      const headers = { 'Idempotency-Key': crypto.randomUUID() };
      const other = await t.spend(order.token, { body, headers });
      t.paid(other);
      t.replay(await t.spend(order.token, { body, headers }), other);
      const told = await t.spend(order.token, { body });
      t.is([told.replayed, told.tokenReceipt?.remainingCalls], [true, 1], 'a replay and what remains now');
    },
  },
];
