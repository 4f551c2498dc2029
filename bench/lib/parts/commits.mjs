// How many transactions a call commits, counted by the database.
import { setTimeout as sleep } from "node:timers/promises";
import { SOLD, WORKED } from "../measure.mjs";
import { boughtToken, demandOf, filled, paid, unpaid, withToken } from "../requests.mjs";
import { startPostgres, startTollroute, stop } from "../servers.mjs";

/**
 * What runs by the clock would be counted with the calls, and so would be the pool's asking of an idle connection
 * whether it lives: an empty transaction to PostgreSQL. What runs soon after the start is waited for.
 */
const NOTHING_BY_THE_CLOCK = {
  TOLLROUTE_RECONCILE_MS: 3_600_000,
  TOLLROUTE_JAVA_OPTS: "-Dcom.zaxxer.hikari.aliveBypassWindowMs=3600000",
};
const START_IS_OVER_MILLIS = 3000;

export async function countCommits(bench, report) {
  const postgres = await startPostgres();
  const { env, commits } = await postgres.create();
  const counted = new Counted(bench, commits, { ...env, ...NOTHING_BY_THE_CLOCK });
  const x402 = { name: "x402 calls", does: SOLD, request: async ({ port }) => filled(paid(port, await demandOf(unpaid(port)))) };
  // not counted: makes the tables, and with the first call the rate gate's row
  await counted.during((tollroute) => counted.call(tollroute, x402, 1));
  const idle = await counted.during(async () => {});

  let token;
  const bought = await counted.during(async ({ port }) => {
    token = await boughtToken(port, bench.settings.countedCalls);
  });
  const withIt = { name: "token calls", does: WORKED, request: ({ port }) => filled(withToken(port, token)) };
  for (const [subject, most] of [[x402, 3], [withIt, 2]]) {
    const calls = bench.settings.countedCalls;
    const spent = await counted.during((tollroute) => counted.call(tollroute, subject, calls));
    const turns = spent.turns - idle.turns;
    const all = spent.commits - idle.commits;
    // a turn of the shared rate gate is a transaction too, not of the ledger and not waiting for the disk
    report.row(`Commits of the ledger per ${subject.name.slice(0, -1)}`, [(all - turns) / calls], { most });
    bench.say(`${calls} ${subject.name}: ${all} commits, ${turns} of them turns of the rate gate`);
  }
  bench.say(`started and stopped: ${idle.commits} commits; with a token bought: ${bought.commits}`);
  await stop(postgres);
}

class Counted {
  #bench;
  #commits;
  #env;

  constructor(bench, commits, env) {
    this.#bench = bench;
    this.#commits = commits;
    this.#env = env;
  }

  /** A whole life of a Tollroute, since a connection of PostgreSQL tells all that it counted at its end only. */
  async during(work) {
    const { standIns, settings } = this.#bench;
    const before = await this.#commits();
    const tollroute = await startTollroute(settings.launcher, standIns, this.#env);
    await sleep(START_IS_OVER_MILLIS);
    await work(tollroute);
    await stop(tollroute);
    const after = await this.#commits();
    return { commits: after.commits - before.commits, turns: after.turns - before.turns };
  }

  /** One after the other, so that none has to be run again. */
  async call(tollroute, subject, calls) {
    const before = await this.#bench.quiet();
    for (let i = 0; i < calls; i++) {
      const { port, path, headers, body } = await subject.request(tollroute);
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${subject.name} answered ${response.status}: ${text}`);
    }
    this.#bench.expectSteps(subject, before, await this.#bench.quiet(), calls, calls);
  }
}
