import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands in every invented facilitator answer; no buyer may ever see it. */
export const INTERNAL_TEXT = 'facilitator-internal-text-7f3a';

/**
 * Sits between Tollroute and the official facilitator. Without a fault it only counts and relays; a fault is a function
 * that takes over the exchange until it is cleared.
 */
export async function startFaultsProxy(facilitatorUrl) {
  const calls = { verify: [], settle: [], supported: [] };
  const faults = {};
  let port = 0;
  let server;

  async function handle(request, response) {
    let text = '';
    for await (const chunk of request) text += chunk;
    const route = request.url.replace(/^\//, '');
    if (!calls[route]) return response.writeHead(404).end();
    const json = text ? JSON.parse(text) : undefined;
    calls[route].push({ text, json });

    const exchange = {
      route,
      request: json,
      response,
      async forward() {
        const answer = await fetch(`${facilitatorUrl}/${route}`, {
          method: request.method,
          headers: { 'content-type': 'application/json' },
          body: text || undefined,
        });
        return { status: answer.status, json: await answer.json() };
      },
      reply(status, body, headers = { 'content-type': 'application/json' }) {
        response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
      },
      drop: () => request.socket.destroy(),
    };
    const fault = faults[route] ?? relay;
    await fault(exchange);
  }

  const up = async () => {
    server = createServer((request, response) => {
      handle(request, response).catch(() => request.socket.destroy());
    });
    // Node would close idle connections after 5 s, and now and then just as the next request is on its way.
    server.keepAliveTimeout = 600_000;
    await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    port = server.address().port;
  };
  const down = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };

  await up();
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    up,
    down,
    fault(route, fault) {
      faults[route] = fault;
    },
    clear() {
      for (const route of Object.keys(faults)) delete faults[route];
    },
    close: down,
  };
}

async function relay({ forward, reply }) {
  const { status, json } = await forward();
  reply(status, json);
}

const json = (body, status = 200) => ({ reply }) => reply(status, body);

export const faults = {
  json,

  httpError: (status, headers = {}) => ({ reply }) =>
    reply(status, { error: INTERNAL_TEXT }, { 'content-type': 'application/json', ...headers }),

  html: (status = 200) => ({ reply }) =>
    reply(status, `<html><body>${INTERNAL_TEXT}</body></html>`, { 'content-type': 'text/html' }),

  /** Takes the request and never says a word. */
  hang: () => () => {},

  /** Always about to answer: a deadline that restarts with every byte never ends. */
  drip: () => ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 200);
    response.once('close', () => clearInterval(timer));
  },

  /** A correct beginning and no end; stops when the reader hangs up, or at 256 MB. */
  endless: () => async ({ response }) => {
    const block = Buffer.alloc(64 * 1024, ' ');
    function* blocks() {
      yield Buffer.from('{"isValid":true,');
      for (let i = 0; i < 4096; i++) yield block;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    await pipeline(blocks, response);
  },

  /** Nothing reached the facilitator. */
  reset: () => ({ drop }) => drop(),

  redirect: (target) => ({ route, reply }) => reply(307, '', { location: `${target}/${route}` }),

  /** The facilitator did its work, and its answer is changed on the way. */
  altered: (change) => async ({ forward, reply }) => {
    const { status, json: body } = await forward();
    reply(status, change(body));
  },

  /** The facilitator did its work, and its answer never arrives. */
  lost: () => async ({ forward, drop }) => {
    await forward();
    drop();
  },

  /** The facilitator did its work, and says that it failed, for no reason that excludes that. */
  calledFailed: (status, errorReason) => async ({ forward, reply }) => {
    const { json: real } = await forward();
    const { network, payer } = real;
    reply(status, { success: false, errorReason, errorMessage: INTERNAL_TEXT, transaction: '', network, payer });
  },

  late: (ms) => async ({ forward, reply }) => {
    const { status, json: body } = await forward();
    await sleep(ms, undefined, { ref: false });
    reply(status, body);
  },

  before: (act) => async (exchange) => {
    await act(exchange.request);
    await relay(exchange);
  },

  after: (act) => async ({ forward, reply }) => {
    const { status, json: body } = await forward();
    await act(body);
    reply(status, body);
  },

  /** Broadcast and settled, but reported as pending so many times before the real answer is given. */
  pending: (times, status = 200) => {
    const answers = new Map();
    const said = new Map();
    return async ({ request, forward, reply }) => {
      const { nonce } = request.paymentPayload.payload.authorization;
      if (!answers.has(nonce)) answers.set(nonce, await forward());
      const { json: real } = answers.get(nonce);
      const count = (said.get(nonce) ?? 0) + 1;
      said.set(nonce, count);
      if (count > times) return reply(200, real);
      reply(status, { ...real, success: false, errorReason: 'settlement_pending', errorMessage: INTERNAL_TEXT });
    };
  },

  /** A facilitator that remembers: its answer is lost the first times, and given again to the identical request. */
  lostThenRemembered: (times) => {
    const answers = new Map();
    const said = new Map();
    return async ({ request, forward, reply, drop }) => {
      const { nonce } = request.paymentPayload.payload.authorization;
      if (!answers.has(nonce)) answers.set(nonce, await forward());
      const count = (said.get(nonce) ?? 0) + 1;
      said.set(nonce, count);
      if (count <= times) return drop();
      const { status, json: real } = answers.get(nonce);
      reply(status, real);
    };
  },
};
