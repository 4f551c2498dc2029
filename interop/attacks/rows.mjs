import { generatePrivateKey } from 'viem/accounts';
import { encode } from '../lib/buyers.mjs';
import { PRICE } from '../lib/chain.mjs';
import { faults } from '../lib/faults-proxy.mjs';
import { CANONICAL, PAYMENTS } from '../lib/tollroute.mjs';
import { expectOfAttackers, HonestBuyer, salesOf } from './honest.mjs';
import { behindNginx, hasNginx, ledgerSize, oneShop, twoReplicas } from './shops.mjs';
import { row, slowestEnd, Stage } from './stage.mjs';

const ATTACKER = '127.0.0.2';
const TEN = [...Array(10)].map((_, i) => `127.0.1.${i + 1}`);
const SLOW_MS = 5000;
const KB = 1024;

const head = (path, ...lines) => ['POST ' + path + ' HTTP/1.1', 'Host: shop', 'Content-Type: application/json', ...lines, ''].join('\r\n');
const filled = (start, line, bytes) => start + line.repeat(Math.floor((bytes - start.length) / line.length));
// fewer lines and bytes than are refused when a head is read
const ENDLESS = head(CANONICAL) + `X-Filler: ${'f'.repeat(108)}\r\n`.repeat(190);
const TINY = filled(head(CANONICAL), 'a:b\r\n', 23 * KB);
const slowBody = (path, ...lines) => `${head(path, 'Content-Length: 60000', ...lines)}\r\n{`;
// what a signature of a wallet that is not deployed yet ends with
const ERC6492 = '6492'.repeat(16);
const A_BYTE_A_SECOND = { text: ' ', everyMs: 1000 };

/** The same connections at every front. */
async function hold(attackers, shop, { port, addresses = [ATTACKER], ...options }) {
  const ports = port ? [port] : shop.fronts.map((front) => front.port);
  for (const at of ports) await attackers.hold('all', { port: at, addresses, ...options });
  return () => attackers.release('all');
}

/** Requests to every front in turn; what is returned waits until all are answered. */
async function flood(attackers, shop, options) {
  const ports = shop.fronts.map(({ port }) => port);
  const { answered } = await attackers.flood({ terms: shop.terms, ports, localAddress: ATTACKER, ...options });
  return () => answered;
}

/** So many at once at each front. */
const atEveryFront = ({ fronts }, number) => ({ count: number * fronts.length, concurrency: number * fronts.length });

/** Honest buyers elsewhere, and one at the attackers' own address. */
const alsoThere = (t, shop) => [
  ...shop.fronts.map((_, front) => new HonestBuyer(t, shop, { front })),
  new HonestBuyer(t, shop, { address: ATTACKER }),
];

/** Somebody who has paid before, and somebody who never has. */
const alsoNew = async (t, shop) => [
  new HonestBuyer(t, shop),
  new HonestBuyer(t, shop, { account: await t.wallet(10n * PRICE), front: shop.fronts.length - 1, calls: 1 }),
];

/** Those among the payers whom the facilitator was asked about in this case who are nobody's. */
const strangers = (t) =>
  t
    .verifications()
    .map(({ json }) => json.paymentPayload.payload.authorization.from)
    .filter((payer) => !t.isBuyer(payer));

function turnedAway(t, seen, { least = 1 } = {}) {
  const refused = seen.statuses[429] ?? 0;
  t.ok(refused >= least, `${refused} of ${seen.sent} were answered 429, not ${least} at least`);
  t.is(seen.charged, 0, 'failures that do not say that nothing was charged');
  t.is(seen.unhinted, 0, '429 without Retry-After');
}

/** Says of nobody's wallet that it is empty, without asking the chain, and takes its time for everybody. */
const poor = (t, ms) => async (exchange) => {
  const { from } = exchange.request.paymentPayload.payload.authorization;
  if (t.isBuyer(from)) return faults.late(ms)(exchange);
  await t.sleep(ms);
  exchange.reply(200, { isValid: false, invalidReason: 'insufficient_funds', payer: from });
};

const heads = (stage) => [
  {
    title: '2,000 connections with 23 KB of headers that do not end',
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) => hold(attackers, shop, { count: 2000, start: ENDLESS }),
        honest: alsoThere,
      }),
  },
];

const headsOfMany = (stage) => [
  {
    title: '4,000 connections from ten addresses with 23 KB of headers that do not end',
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) => hold(attackers, shop, { addresses: TEN, count: 4000, start: ENDLESS }),
      }),
  },
];

const tinyLines = (stage) => [
  {
    title: '2,000 connections with thousands of tiny header lines that do not end',
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) => hold(attackers, shop, { count: 2000, start: TINY }),
        honest: alsoThere,
      }),
  },
];

const slowBodies = (stage) => [
  {
    title: '700 bodies at a byte a second: with a token that nobody was sold, at /mcp, and without a proof',
    run: (t) =>
      row(t, stage, {
        async attack(attackers, shop) {
          const slow = { count: 150, drip: A_BYTE_A_SECOND };
          await hold(attackers, shop, { ...slow, start: slowBody(CANONICAL, 'X-Payment-Token: x') });
          await hold(attackers, shop, { ...slow, start: slowBody('/mcp') });
          return hold(attackers, shop, { ...slow, count: 400, start: slowBody(CANONICAL) });
        },
        honest: alsoThere,
      }),
  },
];

const unfinished = (stage) => [
  {
    title: '1,500 bodies of 60 KB that stop one byte short',
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) =>
          hold(attackers, shop, { count: 1500, start: `${head(CANONICAL, 'Content-Length: 60000')}\r\n{${' '.repeat(59_998)}` }),
        honest: alsoThere,
      }),
  },
  {
    title: '500 connections that ask 40 times each and read no answer',
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) =>
          hold(attackers, shop, {
            count: 500,
            reads: false,
            start: `${head(CANONICAL, 'Content-Length: 2')}\r\n{}`.repeat(40),
          }),
        honest: (t, shop) => [new HonestBuyer(t, shop)],
      }),
  },
];

const management = (stage) => [
  {
    title: "the operator's port: 2,000 endless heads and 300 slow bodies, and health is told",
    run: (t) =>
      row(t, stage, {
        async attack(attackers, shop) {
          const [{ managementPort: port }] = shop.processes;
          await hold(attackers, shop, { port, count: 2000, start: ENDLESS });
          const body = slowBody('/manage/payments', 'Authorization: Bearer nobody-knows-this');
          return hold(attackers, shop, { port, count: 300, start: body, drip: A_BYTE_A_SECOND });
        },
      }),
  },
];

const idle = (stage) => [
  {
    title: '5,000 connections on which nothing is said, from ten addresses',
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) =>
          hold(attackers, shop, { addresses: TEN, count: 5000, start: '' }),
      }),
  },
];

const slowVerify = (stage) => [
  {
    title: '160 invented payers with signatures of nobody, while verify takes 5 s',
    run: (t) =>
      row(t, stage, {
        async attack(attackers, shop) {
          t.fault('verify', poor(t, SLOW_MS));
          const answered = await flood(attackers, shop, { kind: 'garbage', ...atEveryFront(shop, 160) });
          await t.sleep(500);
          return answered;
        },
        honest: alsoNew,
        atOnce: true,
        longer: SLOW_MS,
        afterwards(seen) {
          t.is(strangers(t).length, 0, 'payers whom the facilitator was asked about');
          turnedAway(t, seen);
        },
      }),
  },
];

const manyProofs = (stage) => [
  {
    title: '1,500 signatures of nobody: the facilitator is not asked, and there is an end to it',
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) => flood(attackers, shop, { kind: 'garbage', count: 1500, concurrency: 8 }),
        honest: alsoThere,
        afterwards(seen) {
          t.is(strangers(t).length, 0, 'payers whom the facilitator was asked about');
          turnedAway(t, seen, { least: 1000 });
        },
      }),
  },
];

const emptyWallets = (stage) => [
  {
    title: '160 empty wallets that sign well, while verify takes 5 s: few of them are asked about',
    run: (t) =>
      row(t, stage, {
        async attack(attackers, shop) {
          t.fault('verify', poor(t, SLOW_MS));
          const localAddress = '127.0.0.4';
          const answered = await flood(attackers, shop, { kind: 'signed', ...atEveryFront(shop, 160), localAddress });
          await t.sleep(1500);
          return answered;
        },
        honest: alsoNew,
        atOnce: true,
        longer: SLOW_MS,
        afterwards(seen, shop) {
          const asked = strangers(t).length;
          t.ok(asked <= 40 * shop.fronts.length, `the facilitator was asked about ${asked} of them at once`);
          turnedAway(t, seen);
        },
      }),
  },
];

const values = (stage) => [
  {
    title: '200 payments of one unit less, signed well: the facilitator is not asked',
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) =>
          flood(attackers, shop, {
            kind: 'signed',
            different: { value: `${PRICE - 1n}` },
            count: 200,
            concurrency: 16,
            localAddress: '127.0.0.5',
          }),
        afterwards(seen) {
          t.is(strangers(t).length, 0, 'payers whom the facilitator was asked about');
          turnedAway(t, seen);
        },
      }),
  },
];

/** A call with a payment of somebody's, from the attackers' address. */
async function attempt(t, shop, account, { front = 0, body = t.body(), address = '127.0.0.6' } = {}) {
  const { payTo } = shop.terms.accepts[0];
  const payment = { x402Version: 2, resource: shop.terms.resource, accepted: shop.terms.accepts[0] };
  const payload = await t.sign({ account, to: payTo });
  return () =>
    t.buyersOf(shop.fronts[front].url, address).send({
      path: CANONICAL,
      body,
      headers: { 'PAYMENT-SIGNATURE': encode({ ...payment, payload }) },
    });
}

const count = (answers, status) => answers.filter((answer) => answer.status === status).length;
const statuses = (answers) => Object.fromEntries(answers.map(({ status }) => [status, count(answers, status)]));

function hinted(t, answers) {
  for (const { status, headers } of answers) t.ok(status !== 429 || headers['retry-after'], '429 without Retry-After');
}

const eightAtOnce = (stage) => [
  {
    title: 'eight signatures at once of a new wallet that holds one price: one call that is paid, one at most that is not',
    run: (t) =>
      row(t, stage, {
        async attack(_, shop) {
          const wallet = await t.wallet(PRICE);
          const before = await t.sandbox.calls();
          const calls = await Promise.all(
            [...Array(8)].map((_, i) =>
              attempt(t, shop, wallet, { front: i % shop.fronts.length, body: t.body({ ImageURLA: `https://images.example.com/sandbox/slow/1500` }) }),
            ),
          );
          const answers = Promise.all(calls.map((call) => call()));
          await t.sleep(1000);
          const working = (await t.sandbox.calls()) - before;
          t.ok(working <= shop.fronts.length, `the provider works on ${working} of them at once`);
          const seen = { working, ...statuses(await answers) };
          hinted(t, await answers);
          return () => seen;
        },
        afterwards(seen, shop) {
          t.is(seen[200], 1, 'calls that were answered');
          expectOfAttackers(t, { moves: 1, upstream: [1, 1 + shop.fronts.length] });
        },
      }),
  },
];

const movedAway = (stage) => [
  {
    title: 'a balance that is moved away between verify and settle, eight times: two calls at most, then 429',
    run: (t) =>
      row(t, stage, {
        async attack(_, shop) {
          const { frank, outsider } = t.accounts;
          if ((await t.chain.balanceOf(frank.address)) < PRICE) await t.fund(frank, PRICE);
          const all = await t.chain.balanceOf(frank.address);
          t.fault('verify', async (exchange) => {
            const { status, json } = await exchange.forward();
            if (exchange.request.paymentPayload.payload.authorization.from === frank.address) {
              await t.chain.transfer(frank, outsider.address, all);
            }
            exchange.reply(status, json);
          });
          const before = await t.sandbox.calls();
          const answers = [];
          for (let i = 0; i < 8; i++) {
            answers.push(await (await attempt(t, shop, frank, { front: i % shop.fronts.length }))());
            if ((await t.chain.balanceOf(frank.address)) < all) await t.chain.transfer(outsider, frank.address, all);
          }
          hinted(t, answers);
          const seen = { worked: (await t.sandbox.calls()) - before, ...statuses(answers) };
          return () => seen;
        },
        afterwards(seen, shop) {
          t.ok(seen.worked <= 2 * shop.fronts.length, `the provider worked ${seen.worked} times for nothing`);
          t.ok(seen[429] >= 1, 'never answered 429');
          expectOfAttackers(t, { upstream: [seen.worked, seen.worked] });
        },
      }),
  },
];

const sameMoney = (stage) => [
  {
    title: 'one price that is moved from wallet to wallet, twelve new ones, each time between verify and settle: few calls, then 429',
    run: (t) =>
      row(t, stage, {
        async attack(_, shop) {
          const wallets = [];
          for (let i = 0; i < 13; i++) wallets.push(await t.wallet());
          for (const { address } of wallets) await t.chain.giveGas(address);
          await t.fund(wallets[0], PRICE);
          t.fault('verify', async (exchange) => {
            const { status, json } = await exchange.forward();
            const { from } = exchange.request.paymentPayload.payload.authorization;
            const at = wallets.findIndex(({ address }) => address === from);
            if (at >= 0 && json.isValid) await t.chain.transfer(wallets[at], wallets[at + 1].address, PRICE);
            exchange.reply(status, json);
          });
          const before = await t.sandbox.calls();
          const answers = [];
          for (let i = 0; i < 12; i++) {
            answers.push(await (await attempt(t, shop, wallets[i], { address: '127.0.0.10' }))());
            if (await t.chain.balanceOf(wallets[i].address)) await t.chain.transfer(wallets[i], wallets[i + 1].address, PRICE);
          }
          hinted(t, answers);
          const seen = { worked: (await t.sandbox.calls()) - before, ...statuses(answers) };
          return () => seen;
        },
        afterwards(seen) {
          t.ok(seen.worked <= 6, `the provider worked ${seen.worked} times for nothing`);
          t.ok(seen[429] >= 1, 'never answered 429');
          expectOfAttackers(t, { upstream: [seen.worked, seen.worked] });
        },
      }),
  },
];

const contracts = (stage) => [
  {
    title: '300 signatures of nobody for wallets that are contracts, there or not yet: the facilitator is asked about few',
    run: (t) =>
      row(t, stage, {
        async attack(attackers, shop) {
          t.fault('verify', async (exchange) => {
            const { from } = exchange.request.paymentPayload.payload.authorization;
            if (honest.has(from)) return faults.late(0)(exchange);
            asked++;
            exchange.reply(200, { isValid: false, invalidReason: 'invalid_exact_evm_signature', payer: from });
          });
          const honest = new Set(Object.values(t.accounts).map(({ address }) => address));
          let asked = 0;
          const common = { kind: 'garbage', count: 150, concurrency: 8, localAddress: '127.0.0.11' };
          const there = await flood(attackers, shop, { ...common, different: { from: t.chain.smartWallet } });
          const notYet = await flood(attackers, shop, { ...common, suffix: ERC6492 });
          return async () => {
            const [first, second] = [await there(), await notYet()];
            return {
              asked,
              sent: first.sent + second.sent,
              ms: Math.max(first.ms, second.ms),
              charged: first.charged + second.charged,
              unhinted: first.unhinted + second.unhinted,
              statuses: { 402: all(first, second, 402), 429: all(first, second, 429) },
            };
          };
        },
        afterwards(seen) {
          t.ok(seen.asked <= 85 + seen.ms / 1000, `the facilitator was asked about ${seen.asked} of them`);
          turnedAway(t, seen);
        },
      }),
  },
];

const all = (first, second, status) => (first.statuses[status] ?? 0) + (second.statuses[status] ?? 0);

const sharedRate = (stage) => [
  {
    title: 'a wallet that repeats a request which ends in 422, at a provider that takes two calls a second',
    run: (t) =>
      row(t, stage, {
        async attack(attackers, shop) {
          const key = generatePrivateKey();
          const body = JSON.stringify({
            ImageURLA: 'https://images.example.com/sandbox/error/InvalidImage.NotFoundFace',
            ImageURLB: 'https://images.example.com/b.jpg',
          });
          await t.wallet(100n * PRICE, key);
          const answered = await flood(attackers, shop, {
            kind: 'signed', key, body, count: 600, concurrency: 8, pauseMs: 100, timeoutMs: 8000, localAddress: '127.0.0.7',
          });
          await t.sleep(1500);
          return answered;
        },
        honest: alsoNew,
        longer: 1000,
        afterwards(seen) {
          turnedAway(t, seen);
          const worked = seen.statuses[422] ?? 0;
          t.ok(worked <= 10, `the provider worked ${worked} times for nothing`);
          expectOfAttackers(t, { upstream: [0, 12] });
        },
      }),
  },
];

const rows = (stage) => [
  {
    title: '2,000 made-up payments with an invalid body leave no row',
    run: (t) =>
      leavesRows(t, stage, () => 0, {
        kind: 'garbage',
        body: '{"ImageURLA": 7}',
        count: 2000,
        concurrency: 8,
        localAddress: '127.0.0.8',
      }),
  },
  {
    title: '200 empty wallets that sign well leave few rows',
    // some at once, and as many again as a minute gives back
    run: (t) =>
      leavesRows(t, stage, ({ ms }) => 85 + ms / 1000, {
        kind: 'signed',
        count: 200,
        concurrency: 8,
        localAddress: '127.0.0.9',
      }),
  },
];

/** Requests of which the ledger keeps no more than `most(seen)` rows. */
function leavesRows(t, stage, most, requests) {
  let before;
  return row(t, stage, {
    async attack(attackers, shop) {
      before = await ledgerSize(shop.processes[0].database);
      t.fault('verify', poor(t, 0));
      return flood(attackers, shop, requests);
    },
    async afterwards(seen, shop) {
      const now = await ledgerSize(shop.processes[0].database);
      // a sale is written in a few rows
      const left = now.rows - before.rows - 3 * salesOf(t);
      t.note(`${now.rows - before.rows} rows more, ${now.bytes - before.bytes} bytes, of that and of ${salesOf(t)} sales`);
      t.ok(left <= most(seen), `${left} rows are left of ${seen.sent} payments that bought nothing`);
      t.ok(now.bytes - before.bytes < 256 * KB, `the ledger grew by ${now.bytes - before.bytes} bytes`);
      turnedAway(t, seen);
    },
  });
}

const nonce = `0x${'5'.repeat(64)}`;
const looks = {
  'POST /api/credits': { path: '/api/credits', body: JSON.stringify({ payer: `0x${'4'.repeat(40)}`, nonce }) },
  'MCP tools/list': {
    path: '/mcp',
    headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  },
  'GET /api/payments/{id}': { path: `${PAYMENTS}/pay_nobodyknowsthisone000000`, method: 'GET' },
  'malformed payments': { headers: { 'PAYMENT-SIGNATURE': encode('no payment') } },
};

const floods = (stage) =>
  Object.entries(looks).map(([what, request], i) => ({
    title: `2,400 times ${what} from one address: there is an end to it`,
    run: (t) =>
      row(t, stage, {
        attack: (attackers, shop) =>
          flood(attackers, shop, { ...request, count: 2400, concurrency: 32, perSecond: 600, localAddress: `127.0.2.${i + 1}` }),
        afterwards: (seen) => turnedAway(t, seen),
      }),
  }));

const squatter = (stage) => [
  {
    title: "somebody else's nonce with another body and a signature of nobody: the buyer is answered",
    run: (t) =>
      row(t, stage, {
        async attack(attackers, shop) {
          const { carol } = t.accounts;
          const { payTo } = shop.terms.accepts[0];
          const payload = await t.sign({ account: carol, to: payTo });
          const payment = { x402Version: 2, resource: shop.terms.resource, accepted: shop.terms.accepts[0], payload };
          t.fault('verify', faults.late(1500));
          const { from, nonce: known } = payload.authorization;
          const squat = await flood(attackers, shop, { kind: 'garbage', different: { from, nonce: known }, count: 40, concurrency: 4 });
          await t.sleep(500);
          const buyers = t.buyersOf(shop.fronts[0].url, '127.0.0.3');
          const body = t.body();
          const headers = { 'PAYMENT-SIGNATURE': encode(payment) };
          const answers = [];
          for (let i = 0; i < 8 && answers.at(-1)?.status !== 200; i++) {
            if (i) await t.sleep(Math.min(2, Number(answers.at(-1).headers['retry-after'] ?? 1)) * 1000);
            answers.push(await buyers.send({ path: CANONICAL, body, headers }));
          }
          for (const { status, json } of answers) {
            t.ok(status === 200 || json?.retryable, `the buyer is told ${status} ${json?.error}, and not to come again`);
          }
          t.is(answers.at(-1).status, 200, "the status of the buyer's last answer");
          t.clear();
          const squats = await squat();
          return () => ({ ...squats, buyer: answers.map(({ status }) => status).join(' ') });
        },
        afterwards: () => expectOfAttackers(t, { moves: 1, upstream: [1, 1] }),
      }),
  },
];

const slowest = (stage) => [
  {
    title: 'whoever says a byte a second does so for a minute at most, on both ports',
    run: (t) => slowestEnd(t, stage, 70_000),
  },
];

const one = new Stage(oneShop);
/** Its code is not compiled yet, and so slower than those who write to it. */
const fresh = new Stage(oneShop, 0);
const slowProvider = new Stage((t) => oneShop(t, { TOLLROUTE_ALIBABA_CALLS_PER_SECOND: '2' }), 3);
const replicas = new Stage(twoReplicas);
const proxied = new Stage(behindNginx);

const chapter = (heading, stage, ...groups) => [`Attacks: ${heading}`, groups.flatMap((group) => group(stage))];

/** Chapters of the attack suite. Many addresses of this machine are needed, and /proc: Linux. */
export const attacks =
  process.platform === 'linux'
    ? [
        chapter(
          'one process',
          one,
          heads,
          tinyLines,
          slowBodies,
          unfinished,
          management,
          idle,
          slowVerify,
          manyProofs,
          emptyWallets,
          values,
          eightAtOnce,
          movedAway,
          sameMoney,
          contracts,
          rows,
          floods,
          squatter,
          slowest,
        ),
        chapter('a process that has just started', fresh, headsOfMany),
        chapter('a provider with a small rate', slowProvider, sharedRate),
        chapter('two replicas on PostgreSQL', replicas, heads, slowBodies, slowVerify, manyProofs, eightAtOnce, movedAway),
        ...(hasNginx()
          ? [chapter('behind nginx', proxied, heads, slowBodies, slowVerify, manyProofs, eightAtOnce)]
          : []),
      ]
    : [];

/** What this machine lacks the means for. */
export const leftOut = [
  ...(process.platform === 'linux' ? [] : ['the attacks, which need Linux']),
  ...(hasNginx() ? [] : ['the attacks behind nginx, which is not here']),
];
