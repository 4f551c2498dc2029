import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { GENERATOR } from "./load.mjs";
import { Bench } from "./measure.mjs";
import { measureBulkhead } from "./parts/bulkhead.mjs";
import { countCommits } from "./parts/commits.mjs";
import { measureMemory } from "./parts/memory.mjs";
import { measureMetrics } from "./parts/metrics.mjs";
import { measureOutages } from "./parts/outage.mjs";
import { measureReplicas } from "./parts/replicas.mjs";
import { measureShop } from "./parts/shop.mjs";
import { measureSoak } from "./parts/soak.mjs";
import { measureSpeed } from "./parts/speed.mjs";
import { Report } from "./report.mjs";
import { flagsOf, refuseTollroute, startBareCamel, startStandIns, startTollroute, stop } from "./servers.mjs";

// on a machine with other work to do 2.1 to 2.5 was seen, and 2.6 without learned classes
const MOST_STARTS_OF_CAMEL = 2.2;
const PARTS = ["start", "shop", "speed", "token", "limits", "metrics", "memory", "replicas", "bulkhead", "commits", "outage"];
/** Only where they are asked for. */
const LONG_PARTS = ["soak"];
const USAGE = `Usage: bench/run [options]
  --quick             short rounds, for a first look (the targets are meant for a full run)
  --parts A,B         only these of ${PARTS.join(", ")}; or ${LONG_PARTS.join(", ")}
  --minutes N         length of a soak (default 3)
  --rounds N          rounds of measurement (default 7, quick 3)
  --seconds N         length of one measurement (default 4, quick 2)
  --warm-ups N        measurements at most until a load is warm (default 15, quick 6)
  --connections N     connections of the load generator (default 16)
  --tollroute FILE    launcher to measure (default the one of this checkout)
  --write             put the numbers into docs/performance.md (all parts)
  --report-only       print, and exit 0 although a target is missed
Exit status: 0 targets met, 1 a target missed, 2 something answered wrongly or did not start.`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    parts: { type: "string", default: PARTS.join(",") },
    "report-only": { type: "boolean" },
    rounds: { type: "string" },
    minutes: { type: "string", default: "3" },
    seconds: { type: "string" },
    "warm-ups": { type: "string" },
    connections: { type: "string" },
    tollroute: { type: "string" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
});
const parts = new Set(values.parts.split(","));
if (values.write && parts.size < PARTS.length) {
  console.error("--write is for a run of all parts");
  process.exit(2);
}
const strange = [...parts].filter((part) => ![...PARTS, ...LONG_PARTS].includes(part));
if (values.help || strange.length) {
  if (strange.length) console.error(`No such part: ${strange.join(", ")}`);
  console.log(USAGE);
  process.exit(strange.length ? 2 : 0);
}
const settings = {
  rounds: Number(values.rounds ?? (values.quick ? 3 : 7)),
  seconds: Number(values.seconds ?? (values.quick ? 2 : 4)),
  warmUps: Number(values["warm-ups"] ?? (values.quick ? 6 : 15)),
  warmUpSeconds: values.quick ? 3 : 4,
  connections: Number(values.connections ?? 16),
  starts: values.quick ? 3 : 5,
  memorySeconds: values.quick ? 4 : 10,
  countedCalls: values.quick ? 200 : 1000,
  launcher: resolve(values.tollroute ?? fileURLToPath(new URL("../../tollroute", import.meta.url))),
};

const say = (text) => console.error(text);
const report = new Report();

async function main() {
  const { launcher, ...shown } = settings;
  const setting = `${values.quick ? "quick run, " : ""}${cpus().length} cores (${cpus()[0].model}), Node ${process.versions.node}, load by ${GENERATOR}, ${JSON.stringify(shown)}`;
  say(setting);
  const standIns = await startStandIns();
  const bench = new Bench(standIns, settings, say);
  const wanted = (part) => parts.has(part);
  // Not timed: it may build, and it brings the files into the page cache
  await stop(await startTollroute(launcher, standIns));

  if (wanted("start")) await measureStarts(launcher, standIns);
  if (wanted("shop")) await measureShop(bench, report);
  if (["speed", "token", "limits", "memory"].some(wanted)) {
    const tollroute = await startTollroute(launcher, standIns);
    if (["speed", "token", "limits"].some(wanted)) await measureSpeed(bench, report, tollroute, wanted);
    if (wanted("memory")) await measureMemory(bench, report, tollroute);
    await stop(tollroute);
  }
  if (wanted("metrics")) await measureMetrics(bench, report);
  if (wanted("replicas")) await measureReplicas(bench, report);
  if (wanted("bulkhead")) await measureBulkhead(bench, report);
  if (wanted("commits")) await countCommits(bench, report);
  if (wanted("outage")) await measureOutages(bench, report);
  if (wanted("soak")) await measureSoak(bench, report, Number(values.minutes));

  console.log(report.text());
  if (values.write) write(`${new Date().toISOString().slice(0, 10)}, ${setting}\n\n${report.text()}`);
  return report.missed() && !values["report-only"] ? 1 : 0;
}

async function measureStarts(launcher, standIns) {
  const [ours, bare, wrong] = [[], [], []];
  for (let i = 0; i < settings.starts; i++) {
    const tollroute = await startTollroute(launcher, standIns);
    const flags = flagsOf(tollroute);
    ours.push(tollroute.readyMillis);
    await stop(tollroute);
    const camel = await startBareCamel(flags, standIns);
    bare.push(camel.readyMillis);
    await stop(camel);
    wrong.push(await refuseTollroute(launcher, { TOLLROUTE_PORT: "http" }));
  }
  say(`ready after ${ours.map(Math.round).join(", ")} ms, bare Camel after ${bare.map(Math.round).join(", ")} ms`);
  const ratios = ours.map((millis, i) => millis / bare[i]);
  report.row("Start to ready / bare Camel's", ratios, { below: MOST_STARTS_OF_CAMEL });
  report.row("Start to ready, ms", ours, { digits: 0 });
  report.row("Start that a wrong setting ends / start to ready", wrong.map((millis, i) => millis / ours[i]), { below: 2 });
}

function write(text) {
  const file = new URL("../../docs/performance.md", import.meta.url);
  const page = readFileSync(file, "utf8");
  const numbers = /(<!-- bench: begin[^]*?-->)[^]*(<!-- bench: end[^]*?-->)/;
  writeFileSync(file, page.replace(numbers, (_, begin, end) => `${begin}\n${text}\n${end}`));
}

main().then(
  (status) => process.exit(status),
  (error) => {
    say(error.stack);
    process.exit(2);
  },
);
