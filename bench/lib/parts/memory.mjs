// How much memory Tollroute holds while many paid calls wait for the upstream.
import { SOLD, expectOnly } from "../measure.mjs";
import { demandOf, paid, unpaid } from "../requests.mjs";
import { residentMegabytes } from "../servers.mjs";

const CONNECTIONS = 64;

export async function measureMemory(bench, report, tollroute) {
  const { standIns, settings } = bench;
  const demand = await demandOf(unpaid(tollroute.port));
  const subject = { name: "64 paid calls in flight", status: 200, does: SOLD, request: () => paid(tollroute.port, demand) };
  const samples = [];
  await standIns.delay({ upstream: 500 });
  const sampling = setInterval(() => samples.push(residentMegabytes(tollroute.pid)), 200);
  const result = await bench.send(subject, { connections: CONNECTIONS, seconds: settings.memorySeconds, statuses: true });
  clearInterval(sampling);
  expectOnly(subject, result);
  const { mostWorking } = await standIns.counts();
  await standIns.delay({});
  if (mostWorking < 0.9 * CONNECTIONS) throw new Error(`Only ${mostWorking} of ${CONNECTIONS} calls were in flight`);
  report.row("Resident MB, 64 paid calls in flight", samples, { digits: 0, below: 300, all: true });
}
