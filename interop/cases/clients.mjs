import { createHash } from 'node:crypto';
import { sandboxClients } from '../lib/clients.mjs';
import { PRICE } from '../lib/chain.mjs';
import { SERVICE } from '../lib/tollroute.mjs';

const KEY = `0x${createHash('sha256').update('tollroute sandbox wallet').digest('hex')}`;

// The names only; the seller is known when a case runs.
const names = Object.keys(sandboxClients({ url: 'http://127.0.0.1:1', service: SERVICE, key: KEY, price: PRICE }));

/** What strangers try first: a client that they know, with its readme's code, against the sandbox. */
export const clients = names.map((name) => ({
  title: `${name} buys in the sandbox with its readme's code, for play money and once`,
  upstream: 1,
  async run(t) {
    const { url } = t.sandbox;
    const books = async () => (await fetch(`${url}/sandbox/facilitator/counters`)).json();
    const before = await books();
    const buy = sandboxClients({ url, service: SERVICE, key: KEY, price: PRICE })[name];
    const answer = await buy(t.body());
    const after = await books();
    t.is(answer.code, '200', `the answer (${JSON.stringify(answer).slice(0, 300)}): code`);
    t.ok(answer.data?.Result?.Simulated, 'the answer is not the stand-in of the provider');
    t.is(after.settled - before.settled, 1, 'payments settled by the stand-in');
    const moved = Object.entries(after.balances)
      .map(([holder, units]) => BigInt(units) - BigInt(before.balances[holder] ?? 0))
      .filter((units) => units !== 0n)
      .map(String)
      .sort();
    t.is(moved, [`${-PRICE}`, `${PRICE}`], 'what moved in the books of the sandbox');
  },
}));
