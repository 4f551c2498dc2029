// What a second replica on the same PostgreSQL brings when it is the facilitator that is waited for.
import { SOLD } from "../measure.mjs";
import { demandOf, paid, unpaid } from "../requests.mjs";
import { startPostgres, startTollroute, stop } from "../servers.mjs";

const FACILITATOR_MILLIS = 50;
const CALLS_PER_REPLICA = 32;

export async function measureReplicas(bench, report) {
  const { standIns, settings, say } = bench;
  const postgres = await startPostgres();
  const { env } = await postgres.create();
  const replicas = [];
  for (const _ of [1, 2]) replicas.push(await startTollroute(settings.launcher, standIns, env));
  const subjects = [];
  for (const [at, { port }] of replicas.entries()) {
    const demand = await demandOf(unpaid(port));
    subjects.push({ name: `replica ${at + 1}`, status: 200, does: SOLD, request: () => paid(port, demand) });
  }
  const options = { connections: CALLS_PER_REPLICA };
  for (const subject of subjects) await bench.warmUp(subject, options);

  await standIns.delay({ facilitator: FACILITATOR_MILLIS });
  const ratios = [];
  for (let round = 1; round <= settings.rounds; round++) {
    // each in turn is the one, so that a better one flatters neither side
    const one = await bench.measure(subjects[round % 2], options);
    const two = await measureTogether(bench, subjects, options);
    report.add("One replica", one);
    report.add("Two replicas", two);
    ratios.push(two.rate / one.rate);
    say(`round ${round}: one replica ${Math.round(one.rate)}/s, two ${Math.round(two.rate)}/s`);
  }
  await standIns.delay({});
  report.row(`Two replicas / one, facilitator takes ${FACILITATOR_MILLIS} ms`, ratios, { least: 1.5 });
  for (const replica of replicas) await stop(replica);
  await stop(postgres);
}

async function measureTogether(bench, subjects, options) {
  const before = await bench.quiet();
  const results = await Promise.all(subjects.map((subject) => bench.answered(subject, options)));
  const sum = (of) => results.reduce((total, result) => total + of(result), 0);
  const requests = sum((result) => result.requests);
  bench.expectSteps(subjects[0], before, await bench.quiet(), requests, requests + subjects.length * options.connections);
  return {
    rate: sum(({ rate }) => rate),
    p50: Math.max(...results.map(({ p50 }) => p50)),
    p99: Math.max(...results.map(({ p99 }) => p99)),
  };
}
