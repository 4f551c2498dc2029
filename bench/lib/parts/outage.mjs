// What those who ask for a price notice of a facilitator, a provider or a database that has died while others buy.
import { setTimeout as sleep } from "node:timers/promises";
import { load } from "../load.mjs";
import { demandOf, paid, unpaid } from "../requests.mjs";
import { startPostgres, startStandIns, startTollroute, stop } from "../servers.mjs";

/** About 2,000 requests a second: a p99 is to show who stands in the way, not how long a full queue is. */
const ASKING = { connections: 32, pace: 16 };
/** Some 160 payments a second, each a new one. */
const BUYING = { connections: 16, pace: 100, statuses: true };
const AWAY_SECONDS = 20;

/** Kills each in turn, with a shop of its own, for twenty seconds. */
export async function measureOutages(bench, report) {
  await outage(bench, report, "facilitator and provider", async (own) => stop(own.standIns));
  await outage(bench, report, "database", async (own) => stop(own.postgres));
}

async function outage({ standIns, settings, say }, report, victim, kill) {
  const own = { standIns: await startStandIns(), postgres: await startPostgres() };
  const { env } = await own.postgres.create();
  const tollroute = await startTollroute(settings.launcher, own.standIns, env);
  const price = () => unpaid(tollroute.port);
  const demand = await demandOf(price());
  const buying = () => load(paid(tollroute.port, demand), { ...BUYING, seconds: AWAY_SECONDS });
  const asking = () => load(price(), { ...ASKING, seconds: AWAY_SECONDS - 4 });

  await buying();
  const [calm] = await beside(asking, buying());
  await kill(own);
  const [away, bought] = await beside(asking, buying());
  if (away.refused !== away.requests || away.failed) throw new Error(`the price was not told: ${JSON.stringify(away)}`);
  if (bought.statuses?.[200]) throw new Error(`sold without the ${victim}: ${JSON.stringify(bought.statuses)}`);
  report.add(`402, while others buy`, calm);
  report.add(`402, ${victim} killed`, away);
  say(`${victim}: p99 ${calm.p99.toFixed(2)} ms calm, ${away.p99.toFixed(2)} ms killed; buyers were told ${JSON.stringify(bought.statuses)}`);
  report.row(`p99 of 402 while the ${victim} is killed / calm`, [away.p99 / calm.p99], { below: 2 });
  for (const server of [tollroute, own.standIns, own.postgres]) await stop(server);
  await standIns.delay({});
}

/** Begins a second load when the first is under way. */
async function beside(asking, buying) {
  await sleep(2000);
  return Promise.all([asking(), buying]);
}
