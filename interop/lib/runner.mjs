import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { describe, toolAnswer, wrongWith, wrongWithPayment, wrongWithTool } from './answers.mjs';
import { createBuyers, encode } from './buyers.mjs';
import { PRICE } from './chain.mjs';
import { connect } from './mcp.mjs';
import { CANONICAL, PAYMENTS, SERVICE } from './tollroute.mjs';

const within = (value, expected) =>
  Array.isArray(expected) ? value >= expected[0] && value <= expected[1] : value === expected;
const says = (expected) => (Array.isArray(expected) ? `${expected[0]} to ${expected[1]}` : `${expected}`);

/**
 * A case says how many payments of one call (`moves`) and of tokens (`tokens`, the calls of each) may reach the seller
 * and how often the provider may be called (`upstream`), none unless it says otherwise, and, where that matters, how often the facilitator is asked (`verify`, `settle`).
 * The runner holds these against the chain and the counters, whatever the case itself looked at.
 */
export function createRunner({ chain, facilitator, proxy, sandbox, tollroute, directory }) {
  const { seller, ...others } = chain.accounts;
  const sellers = [seller.address];
  const buyers = [...Object.values(others).map(({ address }) => address), chain.smartWallet];
  const totals = { delivered: new Set(), paid: new Set(), outside: new Set(), upstream: 0 };

  async function snapshot() {
    const balanceOf = async (addresses) =>
      (await Promise.all(addresses.map(chain.balanceOf))).reduce((sum, balance) => sum + balance, 0n);
    return {
      block: await chain.blockNumber(),
      seller: await balanceOf(sellers),
      buyers: await balanceOf(buyers),
      upstream: await sandbox.calls(),
      verify: proxy.calls.verify.length,
      settle: proxy.calls.settle.length,
    };
  }

  const paymentsSince = async (block) =>
    (await Promise.all(sellers.map((address) => chain.paymentsTo(address, block)))).flat();

  let number = 0;

  /** Work that goes on after the answer belongs to this case, not to the next. */
  async function quiet() {
    let last;
    for (let i = 0; i < 20; i++) {
      const now = `${await sandbox.calls()} ${proxy.calls.verify.length} ${proxy.calls.settle.length}`;
      if (now === last) return;
      last = now;
      await sleep(120);
    }
  }

  async function run(testCase) {
    number++;
    const before = await snapshot();
    const answers = [];
    const problems = [];
    const notes = [];
    const connections = [];
    const expected = {
      moves: testCase.moves ?? 0,
      tokens: testCase.tokens ?? [],
      upstream: testCase.upstream ?? 0,
      verify: testCase.verify,
      settle: testCase.settle,
    };
    const outside = new Set();
    let lastSignature;
    const state = { before, answers, problems, notes, connections, expected, outside };
    const t = helpers({ ...state, signature: () => lastSignature });
    const record = (answer, { signature, path, plain }) => {
      answers.push(answer);
      lastSignature = signature ?? lastSignature;
      // Not every answer is one of the paid paths' envelope; a case that asks for something else looks itself.
      if (testCase.plain || plain) return;
      const shown = path?.startsWith('/api/payments') && answer.status < 300;
      problems.push(...(shown ? wrongWithPayment(answer) : wrongWith(answer)));
    };
    t.buyersOf = (baseUrl, localAddress) => createBuyers({ baseUrl, chain, record, localAddress });
    t.buyers = t.buyersOf(tollroute.url);

    const started = Date.now();
    try {
      await testCase.run(t);
    } catch (error) {
      problems.push(error.stack?.split('\n').slice(0, 3).join(' ') ?? `${error}`);
    }
    await Promise.all(connections.map((connection) => connection.close().catch(() => {})));
    proxy.clear();
    await quiet();

    const after = await snapshot();
    const payments = await paymentsSince(before.block);
    const delivered = new Set(
      answers
        .filter(({ status, settlement }) => status < 300 && settlement)
        .map(({ settlement }) => settlement.transaction),
    );
    const paid = new Set(payments.map(({ transaction }) => transaction));
    const answeredFor = [...paid].filter((transaction) => !outside.has(transaction));
    const sellerMoved = after.seller - before.seller;
    const buyersMoved = after.buyers - before.buyers;
    const amounts = [...Array(expected.moves).fill(1), ...expected.tokens].map((calls) => PRICE * BigInt(calls));
    const expectedMove = amounts.reduce((sum, amount) => sum + amount, 0n);

    const check = (condition, what) => condition || problems.push(what);
    check(sellerMoved === expectedMove, `the seller's balance moved by ${sellerMoved}, not by ${expectedMove}`);
    check(buyersMoved === -expectedMove, `the buyers' balances moved by ${buyersMoved}, not by ${-expectedMove}`);
    check(
      isDeepStrictEqual(payments.map(({ value }) => `${value}`).sort(), amounts.map((amount) => `${amount}`).sort()),
      `payments of ${payments.map(({ value }) => value)}, not of ${amounts}`,
    );
    check(
      isDeepStrictEqual([...delivered].sort(), answeredFor.sort()),
      `answers were delivered for ${delivered.size} settlements, on the chain there are ${answeredFor.length}` +
        (delivered.size === answeredFor.length ? ' others' : ''),
    );
    for (const [what, count] of Object.entries({
      upstream: after.upstream - before.upstream,
      verify: after.verify - before.verify,
      settle: after.settle - before.settle,
    })) {
      const want = expected[what];
      check(want === undefined || within(count, want), `${what} was called ${count} times, not ${says(want)}`);
    }

    for (const transaction of delivered) totals.delivered.add(transaction);
    for (const transaction of paid) totals.paid.add(transaction);
    for (const transaction of outside) totals.outside.add(transaction);
    totals.upstream += after.upstream - before.upstream;
    return {
      ...testCase,
      problems: [...new Set(problems)],
      notes,
      answers,
      sellerMoved,
      buyersMoved,
      upstream: after.upstream - before.upstream,
      seconds: (Date.now() - started) / 1000,
    };
  }

  function helpers({ before, answers, problems, notes, connections, expected, outside, signature }) {
    const { alice } = chain.accounts;
    const fail = (what) => problems.push(what);
    let bodies = 0;
    let lastBalance = before.seller;

    const t = {
      chain,
      proxy,
      sandbox,
      tollroute,
      directory,
      facilitatorUrl: facilitator.url,
      accounts: chain.accounts,
      answers,
      sleep,
      terms: undefined,

      /** A request nobody else sends. */
      body(different = {}) {
        const folder = `https://images.example.com/${number}-${++bodies}`;
        return { ImageURLA: `${folder}/a.jpg`, ImageURLB: `${folder}/b.jpg`, ...different };
      },
      /** A request that makes the stand-in for Alibaba do something special. */
      magic: (what) => t.body({ ImageURLA: `https://images.example.com/sandbox/${what}` }),

      sign: (different = {}) => t.buyers.sign(different.account ?? alice, without(different, 'account')),
      async payment(different = {}) {
        return t.v2(await t.sign(different));
      },
      v2: (payload, different = {}) => ({
        x402Version: 2,
        resource: t.terms.resource,
        accepted: t.terms.accepts[0],
        payload,
        ...different,
      }),
      v1: (payload, different = {}) => ({
        x402Version: 1,
        scheme: 'exact',
        network: 'base-sepolia',
        payload,
        ...different,
      }),
      accepted: (different) => ({ ...t.terms.accepts[0], ...different }),

      buy: (payment, { body, path = CANONICAL, header = 'PAYMENT-SIGNATURE', headers = {}, abortAfterMs } = {}) =>
        t.buyers.send({ path, body, abortAfterMs, headers: { [header]: encode(payment), ...headers } }),
      lastSignature: signature,

      /** An official MCP client; what it gets from a paid tool is looked at like any other answer. */
      async mcp(name, headers) {
        const connection = await connect(name, tollroute.url, headers);
        connections.push(connection);
        const { call } = connection;
        return {
          ...connection,
          async call(args, meta) {
            const answer = toolAnswer(await call(args, meta));
            answers.push(answer);
            problems.push(...wrongWithTool(answer));
            return answer;
          },
          /** Any other tool; the case looks at the result itself. */
          async tool(name, args, meta) {
            const answer = toolAnswer(await call(args, meta, name));
            answers.push(answer);
            return answer;
          },
          quietly: async (args, meta, tool) => toolAnswer(await call(args, meta, tool)),
          free: (tool, args) => call(args, undefined, tool),
        };
      },
      async order(calls = 1) {
        const answer = await t.buyers.send({ path: PAYMENTS, body: { serviceId: SERVICE, calls } });
        t.status(answer, 201);
        t.is(answer.json.status, 'pending', 'status of an order');
        return answer.json;
      },
      /** The official client is shown the 402 of the order and pays it by itself. */
      pay: (order, account = alice) =>
        t.buyers.fetchV2(account, `${PAYMENTS}/${order.paymentId}/pay`, undefined, {
          maxAmount: PRICE * BigInt(order.maxCalls),
        }),
      async token(calls = 1, account = alice) {
        const order = await t.order(calls);
        const paid = await t.pay(order, account);
        t.status(paid, 200);
        t.is(paid.json?.status, 'paid', 'status of a paid order');
        return order;
      },
      show: async ({ paymentId }) => (await t.buyers.send({ path: `${PAYMENTS}/${paymentId}`, method: 'GET' })).json,
      spend: (token, { body = t.body(), path = CANONICAL, headers = {} } = {}) =>
        t.buyers.send({ path, body, headers: { 'X-Payment-Token': token, ...headers } }),
      /** Moved since the last time that this was asked. */
      async moved() {
        const balance = await chain.balanceOf(seller.address);
        const moved = balance - lastBalance;
        lastBalance = balance;
        return moved;
      },
      note: (text) => notes.push(text),

      /** Somebody new, who holds so much. */
      async wallet(balance = 0n, key = generatePrivateKey()) {
        const account = privateKeyToAccount(key);
        buyers.push(account.address);
        if (balance) await t.fund(account, balance);
        return account;
      },
      async fund({ address }, amount) {
        await chain.mint(address, amount);
        before.buyers += amount;
      },
      isBuyer: (address) => buyers.some((buyer) => buyer.toLowerCase() === address.toLowerCase()),
      /** An address that receives for another shop, whose ledger knows nothing of ours. */
      otherSeller() {
        const { address } = privateKeyToAccount(generatePrivateKey());
        sellers.push(address);
        return address;
      },

      fault: proxy.fault,
      clear: proxy.clear,
      calls: () => ({
        verify: proxy.calls.verify.length - before.verify,
        settle: proxy.calls.settle.length - before.settle,
      }),
      settlements: () => proxy.calls.settle.slice(before.settle),
      verifications: () => proxy.calls.verify.slice(before.verify),

      /** Paid on the chain by somebody else than the facilitator, and owed no answer. */
      outside: (transaction) => outside.add(transaction),
      expect: (different) => Object.assign(expected, different),

      ok: (condition, what) => condition || fail(what),
      is(actual, wanted, what) {
        if (!isDeepStrictEqual(actual, wanted)) fail(`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);
      },
      status(answer, ...wanted) {
        if (!wanted.includes(answer.status)) fail(`answered ${describe(answer)}, expected ${wanted.join(' or ')}`);
      },
      paid(answer) {
        t.status(answer, 200);
        t.ok(!answer.replayed, 'the first answer claims to be a replay');
      },
      replay(answer, first) {
        t.status(answer, 200);
        t.ok(answer.replayed, 'no Idempotent-Replayed: true');
        t.is(answer.settlement, first.settlement, 'the receipt');
        t.is(answer.json?.data, first.json?.data, 'the data');
      },
      /** The payment is refused and stays with the buyer. */
      refused(answer, reason) {
        t.status(answer, 402);
        t.is(answer.charged, 'no', 'charged');
        if (reason) {
          t.is(answer.reason, reason, 'reason');
          t.is(answer.demand?.error, reason, 'the error in PAYMENT-REQUIRED');
        }
      },
      failed(answer, ...wanted) {
        t.status(answer, ...wanted);
        t.is(answer.charged, 'no', 'charged');
      },
      unknown(answer) {
        t.status(answer, 503);
        t.is(answer.charged, 'unknown', 'charged');
      },
      /** Whatever is sent again for one payment is the identical request. */
      sameSettlements() {
        const firsts = new Map();
        for (const { json } of t.settlements()) {
          const { nonce } = json.paymentPayload.payload.authorization;
          if (!firsts.has(nonce)) firsts.set(nonce, json);
          t.is(json, firsts.get(nonce), 'a settlement sent again');
        }
      },
      /** What the 503 says: send the same payment again, until the answer is there. */
      async finish(payment, options) {
        const deadline = Date.now() + 25000;
        for (;;) {
          const answer = await t.buy(payment, options);
          if (answer.status === 200 || Date.now() > deadline || ![409, 503].includes(answer.status)) {
            t.status(answer, 200);
            return answer;
          }
          await sleep(Math.min(Number(answer.headers['retry-after'] ?? 1), 2) * 1000);
        }
      },
    };
    t.terms = terms;
    return t;
  }

  let terms;
  return {
    totals,
    run,
    async readTerms() {
      const reader = createBuyers({ baseUrl: tollroute.url, chain, record: () => {} });
      const answer = await reader.send({ path: CANONICAL });
      if (!answer.demand) throw new Error(`no terms: ${describe(answer)} ${answer.text.slice(0, 300)}`);
      terms = answer.demand;
    },

    /** Nothing may move once everybody is done. */
    async settleUp(initial) {
      await sleep(2000);
      const after = await snapshot();
      const payments = await paymentsSince(initial.block);
      const owed = payments.filter(({ transaction }) => !totals.outside.has(transaction)).length;
      const problems = [];
      if (owed !== totals.delivered.size) problems.push(`${owed} settlements and ${totals.delivered.size} delivered answers`);
      const paid = payments.reduce((sum, { value }) => sum + value, 0n);
      if (after.seller - initial.seller !== paid) problems.push('the balance is not the payments');
      if (after.upstream - initial.upstream !== totals.upstream) problems.push('the provider was called after the last case');
      return { problems, payments: payments.length, moved: after.seller - initial.seller };
    },
    snapshot,
  };
}

function without(object, key) {
  const { [key]: _, ...rest } = object;
  return rest;
}
