// What those who ask for a price notice of a thousand buyers whose facilitator does not answer.
import { setTimeout as sleep } from "node:timers/promises";
import { Buyers } from "../buyers.mjs";
import { SOLD } from "../measure.mjs";
import { demandOf, unpaid } from "../requests.mjs";
import { startTollroute, stop } from "../servers.mjs";

const BUYERS = 1000;
/** About 2,000 requests a second: a p99 is to show who stands in the way, not how long a full queue is. */
const ASKING = { connections: 32, pace: 16 };
/** As shipped, but for what one address may have, since all have one. */
const SHIPPED = {
  TOLLROUTE_LIMITS: "on",
  TOLLROUTE_LIMITS_UNPAID_PER_SECOND: 1_000_000,
  TOLLROUTE_LIMITS_UNPAID_BURST: 1_000_000,
  TOLLROUTE_LIMITS_UNVERIFIED_IN_FLIGHT: 1_000_000,
  TOLLROUTE_HTTP_MAX_CONNECTIONS_PER_ADDRESS: 1_000_000,
};

export async function measureBulkhead(bench, report) {
  const { standIns, settings, say } = bench;
  const tollroute = await startTollroute(settings.launcher, standIns, SHIPPED);
  const price = { name: "402 beside waiting calls", status: 402, request: () => unpaid(tollroute.port) };
  const demand = await demandOf(price.request());
  await bench.warmUp(price);
  // brings their path up to speed too, and shows that all are served when nobody is slow
  for (let i = 0; i < 3; i++) await rush(bench, tollroute, demand, async () => {});

  const ratios = [];
  const inside = [];
  const options = { ...ASKING, seconds: 2 * settings.seconds };
  for (let round = 1; round <= settings.rounds; round++) {
    const calm = await bench.measure(price, options);
    await standIns.hold();
    const busy = await rush(bench, tollroute, demand, async () => {
      inside.push(await held(standIns));
      // its own steps are not counted here: those of the buyers go on beside it
      const result = await bench.answered(price, options);
      inside.push((await standIns.counts()).waiting);
      await standIns.release();
      return result;
    });
    report.add("402, calm", calm);
    report.add("402, 1,000 paid calls wait", busy);
    ratios.push(busy.p99 / calm.p99);
    say(`round ${round}: p99 ${calm.p99.toFixed(2)} ms calm, ${busy.p99.toFixed(2)} ms while ${inside.at(-1)} calls wait at the facilitator`);
  }
  report.row("p99 of 402 while 1,000 paid calls wait / calm", ratios, { below: 2 });
  report.row(`of ${BUYERS} buyers at the facilitator, the others told to come again`, inside, { digits: 0 });
  await stop(tollroute);
}

/** All buyers come at once and go on until each has an answer; meanwhile something else is done. */
async function rush(bench, tollroute, demand, meanwhile) {
  const before = await bench.quiet();
  const buyers = new Buyers(tollroute.port, demand, BUYERS);
  const served = buyers.buy();
  const result = await Promise.race([meanwhile(), served.then(() => new Promise(() => {}))]);
  const refused = await served;
  const after = await bench.quiet();
  const [verified, worked, settled] = SOLD.map((step) => after[step] - before[step]);
  // a buyer who was sent away late may have been verified before
  if (verified < BUYERS || worked !== BUYERS || settled !== BUYERS) {
    throw new Error(`${BUYERS} buyers were served, but ${verified} verified, ${worked} worked, ${settled} settled`);
  }
  bench.say(`${BUYERS} buyers were served, sent away before: ${JSON.stringify(refused)}`);
  return result;
}

/** Waits until no more calls reach the facilitator, and tells how many there are. */
async function held(standIns) {
  for (let last = 0; ; ) {
    await sleep(1000);
    const { waiting } = await standIns.counts();
    if (waiting > 0 && waiting === last) return waiting;
    last = waiting;
  }
}
