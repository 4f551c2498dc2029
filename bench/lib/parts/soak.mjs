// Whether anything grows with calls that should not: memory, threads, open files, and what a call leaves in the database.
import { readdirSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { load } from "../load.mjs";
import { demandOf, paid, unpaid } from "../requests.mjs";
import { heapMegabytes, residentMegabytes, startTollroute, stop } from "../servers.mjs";

/** Some 40 sales and 160 prices a second: half of what a small machine can. */
const BUYING = { connections: 8, pace: 200, statuses: true };
const ASKING = { connections: 16, pace: 100 };

/** Payments are signed as the 402 says, which holds for 300 seconds. */
const SECONDS_OF_A_DEMAND = 120;

/** Sells for so many minutes and compares the last third with the middle one; the first is for warming up. */
export async function measureSoak(bench, report, minutes) {
  const { settings, standIns, say } = bench;
  const tollroute = await startTollroute(settings.launcher, standIns);
  const third = Math.round((minutes * 60) / 3);
  const looks = [];
  let calls = 0;
  for (let part = 1; part <= 3; part++) {
    for (let left = third; left > 0; left -= SECONDS_OF_A_DEMAND) {
      calls += await sell(tollroute, Math.min(left, SECONDS_OF_A_DEMAND));
    }
    // what is kept alive for a few seconds goes
    await sleep(5000);
    looks.push({ calls, ...(await look(tollroute)) });
    say(`after ${calls} calls: ${JSON.stringify(looks.at(-1))}`);
  }
  await stop(tollroute);
  const [first, middle, last] = looks;
  const bytes = (from, to) => (to.database - from.database) / (to.calls - from.calls);
  report.row(`Soak of ${minutes} min: heap after a collection, MB more in the last third`, [last.heap - middle.heap], { below: 4 });
  report.row("Soak: resident MB", looks.map(({ resident }) => resident), { digits: 0 });
  report.row("Soak: threads more in the last third", [last.threads - middle.threads], { digits: 0, below: 5 });
  report.row("Soak: open files more in the last third", [last.files - middle.files], { digits: 0, below: 5 });
  report.row("Soak: bytes of database a call, all", [bytes(first, middle), bytes(middle, last)], { digits: 0, below: 6000, all: true });
}

/** How many calls were sold in so many seconds. */
async function sell(tollroute, seconds) {
  const demand = await demandOf(unpaid(tollroute.port));
  const [bought] = await Promise.all([
    load(paid(tollroute.port, demand), { ...BUYING, seconds }),
    load(unpaid(tollroute.port), { ...ASKING, seconds }),
  ]);
  if (bought.failed || bought.statuses[200] !== bought.requests) throw new Error(`not sold: ${JSON.stringify(bought.statuses)}`);
  return bought.requests;
}

async function look({ pid, database }) {
  return {
    heap: await heapMegabytes(pid),
    resident: Math.round(residentMegabytes(pid)),
    threads: readdirSync(`/proc/${pid}/task`).length,
    files: readdirSync(`/proc/${pid}/fd`).length,
    // with what is written and not yet in the file
    database: [database, `${database}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0),
  };
}
