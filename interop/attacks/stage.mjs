import { Experience, HonestBuyer, judge } from './honest.mjs';
import { CANONICAL } from '../lib/tollroute.mjs';
import { startAttackers } from './attackers.mjs';
import { watchMachine } from './machine.mjs';

const CALM_CALLS = 2;
/** Who is refused so often need not be asked further. */
const ENOUGH = 4;
const REST_PATIENCE_MS = 15_000;

/** What may stay: pools that have grown to their size, connections that a proxy keeps, caches of a bounded number of addresses. */
const MORE = { threads: 230, files: 120, heap: 16, resident: 160 };

const attackers = lazily(startAttackers);

function lazily(make) {
  let made;
  return () => (made ??= make());
}

/** A shop that is started for the first row that needs it, and again after a row that it did not outlive. */
export class Stage {
  #open;
  #warmUpCalls;
  #shop;

  /** `open(t)` starts the shop, and a JVM compiles what is called often. */
  constructor(open, warmUpCalls = 8) {
    this.#open = open;
    this.#warmUpCalls = warmUpCalls;
  }

  async shop(t) {
    if (this.#shop && !(await alive(this.#shop))) await this.close();
    this.#shop ??= await this.#start(t);
    return this.#shop;
  }

  async #start(t) {
    const shop = await this.#open(t);
    for (const [front] of shop.fronts.entries()) {
      const buyer = new HonestBuyer(t, shop, { front });
      for (let i = 0; i < this.#warmUpCalls; i++) await buyer.call(new Experience());
    }
    const { demand } = await t.buyersOf(shop.fronts[0].url).send({ path: CANONICAL });
    const atRest = await Promise.all(shop.processes.map((each) => each.resources()));
    return Object.assign(shop, { terms: demand, atRest, slowest: await openSlowest(shop) });
  }

  /** What it is like at this moment, when nobody attacks. */
  async calm(t, calm = new Experience()) {
    const shop = await this.shop(t);
    for (const [front] of shop.fronts.entries()) {
      const buyer = new HonestBuyer(t, shop, { front });
      for (let i = 0; i < CALM_CALLS; i++) {
        await buyer.price(calm);
        await buyer.call(calm);
      }
    }
    for (const what of calm.wrong) t.ok(false, `while nobody attacks, ${what}`);
    return calm;
  }

  async close() {
    await this.#shop?.stop();
    this.#shop = undefined;
  }
}

/** Sockets that a shop has from the beginning on, which are always about to say something. */
async function openSlowest({ processes: [{ port, managementPort }] }) {
  const addresses = ['127.0.3.1'];
  const begun = Date.now();
  const slow = { addresses, count: 3, drip: { text: 'a', everyMs: 1000 } };
  const slowest = `slowest-${begun}`;
  for (const at of [port, managementPort]) {
    for (const start of ['GET /observe/health HTTP/1.1\r\nHost: shop\r\nX-Slow: ', SLOW_BODY]) {
      await attackers().hold(slowest, { ...slow, port: at, start });
    }
  }
  return { begun, look: () => attackers().look(slowest) };
}

const SLOW_BODY =
  'POST /manage/payments HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{';

/** They end, although they said something every second. */
export async function slowestEnd(t, stage, withinMs) {
  const { begun, look } = (await stage.shop(t)).slowest;
  let seen = await look();
  while (seen.open && Date.now() < begun + withinMs) {
    await t.sleep(500);
    seen = await look();
  }
  const seconds = Math.round(((seen.open ? Date.now() : seen.lastClosed) - begun) / 1000);
  t.note(`${seen.opened} were opened, ${seen.open} were open after ${seconds} s`);
  t.is(seen.open, 0, 'connections that are open still');
  t.ok(seconds * 1000 <= withinMs, `the last of them was closed after ${seconds} s`);
}

/** Whether it says so when it is asked a few times. */
async function ready(each) {
  for (let i = 0; i < 3; i++) if (await each.isReady().catch(() => false)) return true;
  return false;
}

const alive = async ({ processes }) => (await Promise.all(processes.map(ready))).every(Boolean);

/**
 * A row: attackers do something while honest buyers buy, and afterwards everything is as it was.
 *
 * @param attack (attackers, shop) begins the attack and returns what ends it; that is called when the honest have bought
 * @param honest who buys meanwhile; at every front of the shop with the same wallet when not said
 * @param atOnce whether all their calls are made in the same moment
 * @param longer milliseconds that a call takes longer for a reason that is not the attack's
 */
export async function row(t, stage, { attack, honest = everywhere, prices = 5, atOnce = false, longer = 0, afterwards }) {
  const shop = await stage.shop(t);
  const calm = await stage.calm(t);
  const during = new Experience();
  const busyness = watchMachine();
  const end = await attack(attackers(), shop);
  await Promise.all(
    shop.processes.map(async (each) => t.ok(await ready(each), 'not ready while it is attacked')),
  );
  const buyers = await honest(t, shop);
  if (atOnce) {
    await Promise.all(buyers.flatMap((buyer) => [...Array(buyer.calls)].map(() => buyer.call(during))));
  }
  for (const buyer of buyers) {
    for (let i = 0; i < Math.max(prices, buyer.calls); i++) {
      if (during.wrong.length >= ENOUGH) break;
      if (i < prices) await buyer.price(during);
      if (i < buyer.calls && !atOnce) await buyer.call(during);
    }
  }
  const busy = busyness();
  const seen = await end?.();
  t.clear();
  if (seen) t.note(`attackers: ${JSON.stringify({ ...seen, lastClosed: undefined }).replaceAll('"', '')}`);
  await afterwards?.(seen, shop);
  await rest(t, shop);
  // before and after: others may use this machine too, and more at one time than at another
  if (await alive(shop)) await stage.calm(t, calm);
  const others = busy < 1.2 ? '' : `; others made everything ${busy.toFixed(1)} times slower`;
  t.note(`honest: ${during}; in calm ${calm}${others}`);
  judge(t, during, calm, { longer, busy });
}

const everywhere = (t, shop) => shop.fronts.map((_, front) => new HonestBuyer(t, shop, { front }));

/** Threads, files and memory come back to what they were before the first attack. */
async function rest(t, shop) {
  const deadline = Date.now() + REST_PATIENCE_MS;
  for (const [number, each] of shop.processes.entries()) {
    if (each.ended()) {
      t.ok(false, 'the process has ended');
      continue;
    }
    const before = shop.atRest[number];
    let now;
    let more = [];
    do {
      now = await each.resources().catch((problem) => ({ problem: `${problem}`.slice(0, 120) }));
      more = now.problem ? [now.problem] : Object.keys(MORE).filter((what) => now[what] > before[what] + MORE[what]);
      if (more.length) await t.sleep(1000);
    } while (more.length && Date.now() < deadline);
    t.note(`at rest: ${shown(now)}; before ${shown(before)}`);
    for (const what of more) t.ok(false, `not back at rest: ${what} ${now[what] ?? ''}, before ${before[what] ?? ''}`);
    t.ok(await ready(each), 'not ready after the attack');
  }
}

const shown = ({ problem, threads, files, resident, heap }) =>
  problem ?? `${threads} threads, ${files} files, ${resident} MB, heap ${heap} MB`;
