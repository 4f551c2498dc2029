import { PRICE } from '../lib/chain.mjs';
import { encode } from '../lib/buyers.mjs';
import { clients, inspect, TOOL } from '../lib/mcp.mjs';
import { CANONICAL } from '../lib/tollroute.mjs';

const PAYMENT = 'x402/payment';
const HASTE_MS = 30_000;

/** Lists, is shown the terms, buys a token over HTTP and uses it, and pays with signatures; the balance after each. */
function wholeWay([name, { version }]) {
  return {
    title: `${name}: tools, terms, a token bought over HTTP, signatures as object and as base64`,
    moves: 2,
    tokens: [1],
    upstream: 3,
    verify: 3,
    settle: 3,
    async run(t) {
      const mcp = await t.mcp(name);
      t.is(mcp.version(), version, 'the version');
      t.ok(/api\/payments/.test(mcp.instructions()), 'the instructions do not say where to buy');
      const tool = (await mcp.tools()).find((one) => one.name === TOOL);
      t.ok(tool, 'the tool is not listed');
      t.ok(/USD 0\.20/.test(tool.description), 'the description has no price');
      t.is(tool.inputSchema.required?.includes('paymentToken') ?? false, false, 'paymentToken is required');
      t.ok(JSON.stringify(await mcp.prices()).includes('0.20'), 'the price list has no price');
      t.ok((await mcp.howToPay()).messages.length > 0, 'nothing about how to pay');
      const found = await mcp.free('search_services', { query: 'mask' });
      t.ok(JSON.stringify(found).includes(TOOL), 'the search does not find the tool');

      const demand = await mcp.call(t.body());
      t.is(demand.error, 'payment_required', 'the answer without payment');
      t.is(demand.demand.accepts, t.terms.accepts, 'the terms, compared with those over HTTP');
      t.is(await t.moved(), 0n, 'moved by looking');

      const order = await t.token();
      t.is(await t.moved(), PRICE, 'moved by the token');
      const body = t.body();
      const answer = await mcp.call({ ...body, paymentToken: order.token });
      t.paid(answer);
      t.is(answer.tokenReceipt?.remainingCalls, 0, 'calls that remain');
      const shown = await mcp.free('payment_status', { paymentId: order.paymentId });
      t.ok(!JSON.stringify(shown).includes(order.token), 'the token is shown again');
      t.is(shown.structuredContent?.remainingCalls, 0, 'calls that remain as shown');
      t.is(await t.moved(), 0n, 'moved by using the token');

      for (const form of [(payment) => payment, encode]) {
        const payment = form(await t.buyers.payFor(t.accounts.bob, demand.demand));
        const input = t.body();
        const paid = await mcp.call(input, { [PAYMENT]: payment });
        t.paid(paid);
        t.is(paid.settlement?.payer?.toLowerCase(), t.accounts.bob.address.toLowerCase(), 'payer of the receipt');
        t.is(await t.moved(), PRICE, 'moved by a signature');
        t.replay(await mcp.call(input, { [PAYMENT]: payment }), paid);
        t.is(await t.moved(), 0n, 'moved by the same again');
      }
    },
  };
}

function inspector(era) {
  return {
    title: `Inspector CLI, ${era}: lists, exit 5 without payment, exit 0 with a token`,
    tokens: [1],
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const call = (...more) => {
        const args = ['--method', 'tools/call', '--tool-name', TOOL, ...more];
        return inspect(t.tollroute.url, era, t.directory, ...args);
      };
      const arg = (body) => ['--tool-args-json', JSON.stringify(body)];
      const order = await t.token();
      const [list, unpaid, paid] = await Promise.all([
        inspect(t.tollroute.url, era, t.directory, '--method', 'tools/list'),
        call(...arg(t.body())),
        call(...arg({ ...t.body(), paymentToken: order.token })),
      ]);
      t.is(list.exit, 0, `exit of tools/list (${list.stderr.slice(-200)})`);
      t.ok(list.stdout.includes(TOOL), 'the tool is not listed');
      t.is(unpaid.exit, 5, `exit without payment (${unpaid.stderr.slice(-200)})`);
      t.ok(unpaid.stdout.includes('paymentToken'), 'the terms are not shown');
      t.is(paid.exit, 0, `exit with a token (${paid.stderr.slice(-200)})`);
      t.ok(paid.stdout.includes('CompareFaceWithMask'), 'the answer is not shown');
    },
  };
}

export const mcp = [
  ...Object.entries(clients).map(wholeWay),
  inspector('legacy'),
  inspector('modern'),
  {
    title: 'the token as X-Payment-Token or as bearer of the connection: the model never sees it',
    tokens: [2],
    upstream: 2,
    async run(t) {
      const { token } = await t.token(2);
      const headers = { 'client 1.x': { 'X-Payment-Token': token }, 'client 2.x modern': { Authorization: `Bearer ${token}` } };
      for (const [name, header] of Object.entries(headers)) {
        const connection = await t.mcp(name, header);
        t.paid(await connection.call(t.body()));
      }
      const late = await t.mcp('client 1.x', { 'X-Payment-Token': token });
      const third = await late.call(t.body());
      t.is(third.error, 'payment_required', 'the third use of two');
      t.ok(third.json.error.includes('token_exhausted'), 'the sentence does not say that the token is used up');
    },
  },
  {
    title: 'a token and a signature, in any two places: an error, both stay good',
    moves: 2,
    tokens: [1],
    upstream: 3,
    async run(t) {
      const { token } = await t.token();
      const [one, other] = [await t.payment(), await t.payment()];
      const body = t.body();
      const two = [
        [{}, { ...body, paymentToken: token }, { [PAYMENT]: one }],
        [{ 'X-Payment-Token': token }, body, { [PAYMENT]: encode(one) }],
        [{ 'PAYMENT-SIGNATURE': encode(one) }, { ...body, paymentToken: token }, undefined],
        [{ 'PAYMENT-SIGNATURE': encode(other) }, body, { [PAYMENT]: one }],
        [{ 'X-PAYMENT': encode(t.v1(other.payload)) }, body, { [PAYMENT]: one }],
        [{ 'X-Payment-Token': `tok_${'A'.repeat(43)}` }, { ...body, paymentToken: token }, undefined],
      ];
      for (const [headers, args, meta] of two) {
        const answer = await (await t.mcp('client 2.x auto', headers)).call(args, meta);
        t.is([answer.error, answer.charged], ['multiple_payment_methods', 'no'], 'two proofs');
      }
      const connection = await t.mcp('client 1.x');
      for (const payment of [one, other]) t.paid(await connection.call(t.body(), { [PAYMENT]: payment }));
      t.paid(await connection.call({ ...body, paymentToken: token }));
    },
  },
  {
    title: 'signatures as headers of the POST, of both x402 versions',
    moves: 2,
    upstream: 2,
    async run(t) {
      const headers = [
        { 'PAYMENT-SIGNATURE': encode(await t.payment()) },
        { 'X-PAYMENT': encode(t.v1(await t.sign())) },
      ];
      for (const header of headers) t.paid(await (await t.mcp('client 2.x modern', header)).call(t.body()));
    },
  },
  {
    title: 'wrong arguments, a provider that fails: isError, not charged, the payment stays good',
    moves: 1,
    upstream: [2, 4],
    async run(t) {
      const connection = await t.mcp('client 2.x modern');
      const payment = await t.payment();
      const pay = (args) => connection.call(args, { [PAYMENT]: payment });
      const { ImageURLB, ...missing } = t.body();
      for (const wrong of [missing, t.body({ ImageURLA: 5 }), t.body({ Action: 'DeleteFaceDb' })]) {
        const answer = await pay(wrong);
        t.is([answer.error, answer.charged], ['invalid_request', 'no'], 'wrong arguments');
      }
      t.failed(await pay(t.magic('error/InternalError')), 502, 503, 504);
      t.paid(await pay(t.body()));
    },
  },
  {
    title: 'a client with org.x402/payment gets the terms as payment_required',
    plain: true,
    async run(t) {
      const version = '2026-07-28';
      const meta = {
        'io.modelcontextprotocol/protocolVersion': version,
        'io.modelcontextprotocol/clientInfo': { name: 'interop', version: '0' },
        'io.modelcontextprotocol/clientCapabilities': { extensions: { 'org.x402/payment': {} } },
      };
      const answer = await t.buyers.send({
        path: '/mcp',
        headers: {
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': version,
          'mcp-method': 'tools/call',
          'mcp-name': TOOL,
        },
        body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: TOOL, arguments: t.body(), _meta: meta } },
      });
      t.status(answer, 200);
      t.is(answer.json?.result?.resultType, 'payment_required', 'resultType');
      t.is(answer.json?.result?.paymentRequired?.accepts, t.terms.accepts, 'the terms');
    },
  },
  {
    title: 'one payment, 8 times over MCP and 8 times over HTTP at once: one call; then the same answer in both',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.magic('slow/700');
      const names = Object.keys(clients);
      const connections = await Promise.all(Array.from({ length: 8 }, (_, i) => t.mcp(names[i % names.length])));
      const answers = await Promise.all(
        connections.flatMap((connection) => [
          connection.call(body, { [PAYMENT]: payment }),
          t.buy(payment, { body, path: CANONICAL }),
        ]),
      );
      for (const answer of answers) t.status(answer, 200, 409);
      const good = answers.filter(({ status }) => status === 200);
      t.is(good.filter(({ replayed }) => !replayed).length, 1, 'answers that are no replay');
      t.replay(await t.buy(payment, { body }), good[0]);
      for (const connection of connections) t.replay(await connection.call(body, { [PAYMENT]: payment }), good[0]);
    },
  },
  {
    title: 'one token for one call, over MCP and HTTP at once, with other requests: one call',
    tokens: [1],
    upstream: 1,
    async run(t) {
      const { token } = await t.token();
      const connection = await t.mcp('client 2.x legacy');
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          i % 2 ? connection.call({ ...t.body(), paymentToken: token }) : t.spend(token),
        ),
      );
      t.is(answers.filter(({ status }) => status === 200).length, 1, 'answers');
      for (const answer of answers) t.status(answer, 200, 402, 409);
    },
  },
  {
    title: 'a tool called again with the same arguments and token is the same call; another key in _meta is another',
    tokens: [3],
    upstream: 2,
    async run(t) {
      const { token } = await t.token(3);
      const connection = await t.mcp('client 2.x modern');
      const args = { ...t.body(), paymentToken: token };
      const first = await connection.call(args);
      t.paid(first);
      const again = await connection.call(args);
      t.replay(again, first);
      t.is(again.tokenReceipt?.remainingCalls, 2, 'calls that remain');
      const meta = { 'io.tollroute/idempotency-key': crypto.randomUUID() };
      const other = await connection.call(args, meta);
      t.paid(other);
      t.is(other.tokenReceipt?.remainingCalls, 1, 'calls that remain after another key');
      t.replay(await connection.call(args, meta), other);
      t.is((await connection.call(args)).tokenReceipt?.remainingCalls, 1, 'calls that remain as told again');
    },
  },
  {
    title: `16 clients at once for ${HASTE_MS / 1000} s: no error, every call counted`,
    async run(t) {
      const names = Object.keys(clients);
      const connections = await Promise.all(Array.from({ length: 16 }, (_, i) => t.mcp(names[i % names.length])));
      const bought = [];
      const newToken = async () => {
        bought.push(1000);
        return t.token(1000);
      };
      const purses = await Promise.all(connections.map(newToken));
      const until = Date.now() + HASTE_MS;
      const times = [];
      let free = 0;
      await Promise.all(
        connections.map(async (connection, i) => {
          let uses = 0;
          for (let round = 0; Date.now() < until; round++) {
            if (round % 10 === 0) {
              t.ok((await connection.tools()).length > 2, 'a short list');
              t.is((await connection.quietly(t.body())).error, 'payment_required', 'the answer without payment');
              free += 2;
              continue;
            }
            if (uses === 1000) {
              purses[i] = await newToken();
              uses = 0;
            }
            const begun = performance.now();
            const answer = await connection.quietly({ ...t.body(), paymentToken: purses[i].token });
            times.push(performance.now() - begun);
            uses++;
            if (answer.status !== 200 || answer.replayed) t.ok(false, `a call ended with ${answer.error ?? answer.status}`);
          }
        }),
      );
      t.expect({ tokens: bought, upstream: times.length });
      times.sort((a, b) => a - b);
      const at = (part) => times[Math.floor(part * (times.length - 1))].toFixed(0);
      t.note(
        `${times.length} paid calls (${Math.round(times.length / (HASTE_MS / 1000))}/s), ${free} free ones, ` +
          `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
      );
    },
  },
];
