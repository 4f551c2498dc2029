// The attackers, in a process of their own so that they do not slow the honest buyers' clock. Loopback only, bounded in
// number and time, and ends with whoever started it.
import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { createBuyers, encode } from '../lib/buyers.mjs';
import { CANONICAL } from '../lib/tollroute.mjs';

const LONGEST_MS = 60_000;
const MOST_SOCKETS = 8000;
const MOST_REQUESTS = 5000;

/** Sockets that are opened, given a beginning, and kept. */
class Sockets {
  #open = new Set();
  #drips = [];
  #count = { opened: 0, failed: 0, closed: 0, lastClosed: 0, answered: {} };

  /** Returns when each has connected, or could not. */
  async open({ port, addresses, count, start, drip, reads = true }) {
    const bytes = Buffer.from(start, 'latin1');
    let left = Math.min(count, MOST_SOCKETS);
    const opener = async (lane) => {
      for (let i = lane; left-- > 0; i++) await this.#one({ port, localAddress: addresses[i % addresses.length], bytes, reads });
    };
    await Promise.all(Array.from({ length: 100 }, (_, lane) => opener(lane)));
    if (drip) {
      const timer = setInterval(() => this.#open.forEach((socket) => socket.write(drip.text)), drip.everyMs);
      this.#drips.push(timer);
    }
    return this.look();
  }

  #one({ port, localAddress, bytes, reads }) {
    return new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress });
      const patience = setTimeout(() => socket.destroy(), 3000);
      setTimeout(() => socket.destroy(), 3 * LONGEST_MS).unref();
      socket.once('connect', () => {
        clearTimeout(patience);
        this.#count.opened++;
        this.#open.add(socket);
        if (bytes.length) socket.write(bytes);
        resolve();
      });
      if (reads) {
        socket.on('data', (chunk) => {
          const [, status] = chunk.toString('latin1').match(/^HTTP\/1\.[01] (\d{3})/) ?? [];
          if (status) this.#count.answered[status] = (this.#count.answered[status] ?? 0) + 1;
        });
      }
      socket.once('error', () => {});
      socket.once('close', () => {
        clearTimeout(patience);
        this.#count[this.#open.delete(socket) ? 'closed' : 'failed']++;
        this.#count.lastClosed = Date.now();
        resolve();
      });
    });
  }

  look() {
    return { ...this.#count, open: this.#open.size };
  }

  close() {
    const seen = this.look();
    this.#drips.forEach(clearInterval);
    this.#open.forEach((socket) => socket.destroy());
    this.#open.clear();
    return seen;
  }
}

const hex = (bytes) => `0x${randomBytes(bytes).toString('hex')}`;

/** Right in shape (r and s below half the curve's order, v 27), signed by nobody. */
function garbageSignature() {
  const bytes = randomBytes(65);
  bytes[0] &= 0x7f;
  bytes[32] &= 0x7f;
  bytes[64] = 27;
  return `0x${bytes.toString('hex')}`;
}

function garbagePayload({ accepts: [{ payTo, amount }] }, different) {
  const now = Math.floor(Date.now() / 1000);
  const authorization = {
    from: hex(20),
    to: payTo,
    value: amount,
    validAfter: '0',
    validBefore: `${now + 290}`,
    nonce: hex(32),
    ...different,
  };
  return { signature: garbageSignature(), authorization };
}

/** Signed by the wallet with this key; by one that was just made, and so holds nothing, when there is none. */
function signedPayload({ accepts: [{ payTo, asset }] }, different, key = generatePrivateKey()) {
  const account = privateKeyToAccount(key);
  const { sign } = createBuyers({ chain: { token: asset, accounts: { seller: { address: payTo } } } });
  return sign(account, different);
}

const payloads = { garbage: garbagePayload, signed: signedPayload };

/** How the number-th of many requests is made. */
async function made({ kind, path = CANONICAL, method = 'POST', headers = {}, body, terms, different, key, suffix = '' }, number) {
  const picture = `https://images.example.com/attack-${number}-${randomBytes(6).toString('hex')}`;
  const text = body ?? JSON.stringify({ ImageURLA: `${picture}/a.jpg`, ImageURLB: `${picture}/b.jpg` });
  const all = { ...(method === 'GET' ? {} : { 'content-type': 'application/json' }), ...headers };
  if (payloads[kind]) {
    const payload = await payloads[kind](terms, different, key);
    payload.signature += suffix;
    all['PAYMENT-SIGNATURE'] = encode({ x402Version: 2, resource: terms.resource, accepted: terms.accepts[0], payload });
  }
  return { path, method, headers: all, text: method === 'GET' ? '' : text };
}

/**
 * Sends many requests, so many at once and so many a second at most, with a pause after those that were turned away, and says
 * how they were answered.
 */
async function flood({ begun, ports, localAddress, count, concurrency, timeoutMs = 30_000, pauseMs = 0, perSecond = Infinity, ...what }) {
  const requests = [];
  for (let i = 0; i < Math.min(count, MOST_REQUESTS); i++) requests.push(await made(what, i));
  const agents = ports.map(() => new Agent({ keepAlive: true, maxSockets: concurrency, localAddress }));
  const result = { statuses: {}, words: {}, failed: 0, charged: 0, unhinted: 0, sent: 0 };
  const bump = (counts, key) => (counts[key] = (counts[key] ?? 0) + 1);
  const deadline = Date.now() + Math.min(timeoutMs, LONGEST_MS);
  let next = 0;

  const send = ({ path, method, headers, text }, at) =>
    new Promise((resolve) => {
      const options = { agent: agents[at], host: '127.0.0.1', port: ports[at], path, method };
      const sent = httpRequest({ ...options, headers: { ...headers, 'content-length': Buffer.byteLength(text) } }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
        response.once('error', resolve);
        response.once('end', () => {
          bump(result.statuses, response.statusCode);
          const { error, reason, charged } = parsed(answer);
          if (typeof error === 'string') bump(result.words, [error, reason].filter(Boolean).join(':').slice(0, 80));
          if (response.statusCode !== 200 && charged !== undefined && charged !== 'no') result.charged++;
          if (response.statusCode === 429 && !response.headers['retry-after']) result.unhinted++;
          setTimeout(resolve, response.statusCode === 429 ? pauseMs : 0);
        });
      });
      sent.setTimeout(Math.max(1, deadline - Date.now()), () => sent.destroy());
      sent.once('error', () => {
        result.failed++;
        resolve();
      });
      result.sent++;
      sent.end(text);
    });

  const started = Date.now();
  const lane = async () => {
    while (next < requests.length && Date.now() < deadline) {
      const number = next++;
      const early = started + (1000 * number) / perSecond - Date.now();
      if (early > 0) await sleep(early);
      await send(requests[number], number % ports.length);
    }
  };
  const lanes = Array.from({ length: concurrency }, lane);
  begun();
  await Promise.all(lanes);
  agents.forEach((agent) => agent.destroy());
  return { ...result, ms: Date.now() - started };
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

const sockets = new Map();
const commands = {
  async hold({ name, ...options }) {
    if (!sockets.has(name)) sockets.set(name, new Sockets());
    return sockets.get(name).open(options);
  },
  look: ({ name }) => sockets.get(name).look(),
  release({ name }) {
    const seen = sockets.get(name).close();
    sockets.delete(name);
    return seen;
  },
  flood,
};

process.once('disconnect', () => process.exit());
process.on('message', async ({ id, command, options }) => {
  const begun = () => process.send({ id, begun: true });
  try {
    process.send({ id, result: await commands[command]({ begun, ...options }) });
  } catch (error) {
    process.send({ id, problem: `${error?.stack ?? error}` });
  }
});
