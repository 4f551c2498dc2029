import { describe } from '../lib/answers.mjs';
import { CANONICAL } from '../lib/tollroute.mjs';

/** No faster than this is asked of anybody, so that a slow machine makes no noise. */
const FLOOR_MS = 600;
const FACTOR = 3;
/**
 * One of a few calls may meet a pause of this machine, on which shop, attackers, chain and facilitator share the cores: calls
 * of 700 ms were seen while nobody attacked. So the usual one is held to the bound above, and the slowest to this.
 */
const PATIENCE_MS = 4_000;

/** Neither that of the attackers nor that of the proxy in front. */
const HONEST_ADDRESS = '127.0.0.3';

const books = new WeakMap();

function bookOf(t) {
  if (!books.has(t)) books.set(t, { sales: 0, moves: 0, upstream: [0, 0] });
  return books.get(t);
}

/** How many calls the honest have made in this case. */
export const salesOf = (t) => bookOf(t).sales;

/** One more call of this case that is to be answered, paid and worked on once. */
function expectSale(t) {
  bookOf(t).sales++;
  expectAll(t);
}

/** What the attackers may pay, and have the provider do: from how many calls to how many. */
export function expectOfAttackers(t, { moves = 0, upstream }) {
  Object.assign(bookOf(t), { moves, upstream });
  expectAll(t);
}

function expectAll(t) {
  const { sales, moves, upstream } = bookOf(t);
  t.expect({ moves: sales + moves, upstream: upstream.map((calls) => sales + calls) });
}

/** What an honest buyer met: how long it took, and what went wrong. */
export class Experience {
  prices = [];
  calls = [];
  wrong = [];

  slowest = (what) => Math.round(Math.max(0, ...this[what]));

  /** What half of them took and more. */
  usual = (what) => Math.round([...this[what]].sort((a, b) => a - b)[this[what].length >> 1] ?? 0);

  toString() {
    return `${this.calls.length} calls, the slowest ${this.slowest('calls')} ms; ${this.prices.length} prices, the slowest ${this.slowest('prices')} ms`;
  }
}

/** Somebody with an official client, at an address of this machine. */
export class HonestBuyer {
  constructor(t, shop, { account = t.accounts.bob, address = HONEST_ADDRESS, front = 0, calls = 3 } = {}) {
    this.t = t;
    this.calls = calls;
    this.account = account;
    this.buyers = t.buyersOf(shop.fronts[front].url, address);
    this.who = `an honest buyer at ${address}`;
  }

  async price(experience) {
    const { answer, ms } = await this.#timed(() => this.buyers.send({ path: CANONICAL, body: this.t.body() }));
    experience.prices.push(ms);
    if (answer.status !== 402 || !answer.demand) experience.wrong.push(`${this.who} asked for the price: ${told(answer)}`);
  }

  async call(experience, body = this.t.body()) {
    expectSale(this.t);
    const { answer, ms } = await this.#timed(() => this.buyers.fetchV2(this.account, CANONICAL, body));
    experience.calls.push(ms);
    if (answer.status !== 200) experience.wrong.push(`${this.who} called: ${told(answer)}`);
  }

  async #timed(ask) {
    const began = performance.now();
    const answer = await ask().catch((problem) => ({ problem }));
    return { answer, ms: performance.now() - began };
  }
}

const told = (answer) => (answer.problem ? `${answer.problem.cause ?? answer.problem}` : describe(answer));

/**
 * Fails the case where somebody was not served, or too slowly.
 *
 * @param longer milliseconds that a call takes longer for a reason that is not the attack's
 * @param busy by which factor everything takes longer because others use the machine
 */
export function judge(t, experience, calm, { longer, busy }) {
  for (const what of new Set(experience.wrong)) t.ok(false, what);
  for (const what of ['prices', 'calls']) {
    const most = longer + busy * Math.max(FLOOR_MS, FACTOR * calm.slowest(what));
    const [usual, slowest] = [experience.usual(what), experience.slowest(what)];
    t.ok(usual < most, `half of ${what} took ${usual} ms and more, and the slowest ${calm.slowest(what)} ms when nobody attacks`);
    t.ok(slowest < Math.max(most, longer + busy * PATIENCE_MS), `the slowest of ${what} took ${slowest} ms`);
  }
}
