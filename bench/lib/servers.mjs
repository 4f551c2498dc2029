// Starts and stops the processes that take part. Each is its own process group, so that none is left behind.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "tollroute-bench-"));
const running = new Set();
const run = promisify(execFile);
let started = 0;

export const NETWORK = "eip155:84532";
const PAY_TO = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";

process.on("exit", () => {
  // who started a database stops it; its data are not below our folder
  for (const server of running) signal(server, server.gently ? "SIGTERM" : "SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => process.exit(130));

export async function startStandIns() {
  const [facilitator, upstream] = await freePorts(2);
  const server = start(
    "java",
    ["-XX:+UseSerialGC", "-Xmx64m", "-cp", classPath(), "bench.StandIns", facilitator, upstream, NETWORK],
    { PATH: process.env.PATH },
  );
  const ask = async (what) => (await fetch(`http://127.0.0.1:${facilitator}${what}`)).json();
  await until(server, () => ok(`http://127.0.0.1:${facilitator}/counts`));
  return {
    ...server,
    facilitator,
    upstream,
    counts: () => ask("/counts"),
    delay: ({ upstream = 0, facilitator = 0 }) => ask(`/delay?upstream=${upstream}&facilitator=${facilitator}`),
    hold: () => ask("/hold"),
    release: () => ask("/release"),
  };
}

/** Fsync on, as many connections as it takes. Ends with our end of its input, however we end. */
export async function startPostgres() {
  const [port] = await freePorts(1);
  // the heap is for unpacking, the first time
  const server = start(
    "java",
    ["-XX:+UseSerialGC", "-Xmx384m", "-cp", classPath(), "bench.Postgres", port, path("java/target/postgres")],
    { PATH: process.env.PATH, HOME: process.env.HOME },
  );
  server.gently = true;
  const ask = async (what) => {
    const response = await fetch(`http://127.0.0.1:${port}${what}`);
    if (!response.ok) throw new Error(`the database answered ${response.status} to ${what}`);
    return response.json();
  };
  await until(server, async () => (await fetch(`http://127.0.0.1:${port}/`)).status === 404);
  let databases = 0;
  return {
    ...server,
    /** Settings with which a Tollroute keeps its ledger in a new database, and what was committed in that. */
    create: async () => {
      const name = `bench_${++databases}`;
      const { url } = await ask(`/create?${name}`);
      const env = {
        TOLLROUTE_DATABASE_URL: url,
        TOLLROUTE_DATABASE_USERNAME: "postgres",
        TOLLROUTE_LEDGER_KEY: randomBytes(32).toString("base64"),
      };
      return { env, commits: () => ask(`/commits?${name}`) };
    },
  };
}

/** With limits off and a database of its own, unless the settings say otherwise. */
export async function startTollroute(launcher, standIns, settings = {}) {
  const [port, management] = await freePorts(2);
  const home = mkdtempSync(join(scratch, "tollroute-"));
  const { PATH, HOME, JAVA_HOME, JAVA_OPTS } = process.env;
  const begin = performance.now();
  const server = start(launcher, ["serve"], {
    PATH,
    HOME,
    ...(JAVA_HOME && { JAVA_HOME }),
    ...(JAVA_OPTS && { JAVA_OPTS }),
    TOLLROUTE_HOST: "127.0.0.1",
    TOLLROUTE_PORT: port,
    TOLLROUTE_PUBLIC_URL: `http://127.0.0.1:${port}`,
    TOLLROUTE_MANAGEMENT_PORT: management,
    TOLLROUTE_DATABASE_URL: `jdbc:sqlite:${join(home, "tollroute.db")}`,
    TOLLROUTE_X402_NETWORK: NETWORK,
    TOLLROUTE_X402_PAY_TO: PAY_TO,
    TOLLROUTE_X402_FACILITATOR_URL: `http://127.0.0.1:${standIns.facilitator}`,
    TOLLROUTE_ALIBABA_ENDPOINT: `http://127.0.0.1:${standIns.upstream}/`,
    TOLLROUTE_ALIBABA_CALLS_PER_SECOND: 1000000,
    TOLLROUTE_LIMITS: "off",
    ALIBABA_CLOUD_ACCESS_KEY_ID: "bench",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "bench",
    TOLLROUTE_PAYMENTS_MAX_CALLS: 1000000,
    ...settings,
  });
  await until(server, () => ok(`http://127.0.0.1:${management}/observe/health/ready`), 10);
  const database = join(home, "tollroute.db");
  return { ...server, port, database, readyMillis: performance.now() - begin, pid: javaProcess(server.child.pid) };
}

/** How long a start takes that a wrong setting ends, in milliseconds. */
export async function refuseTollroute(launcher, settings) {
  const { PATH, HOME, JAVA_HOME, JAVA_OPTS } = process.env;
  const begin = performance.now();
  const server = start(launcher, ["serve"], { PATH, HOME, ...(JAVA_HOME && { JAVA_HOME }), ...(JAVA_OPTS && { JAVA_OPTS }), ...settings });
  await server.ended;
  if (server.child.exitCode !== 78) throw new Error(`serve ended with ${server.child.exitCode}, not 78:\n${readFileSync(server.log, "utf8")}`);
  return performance.now() - begin;
}

/** The JVM flags that a Tollroute runs with. */
export function flagsOf(tollroute) {
  const flags = readFileSync(`/proc/${tollroute.pid}/cmdline`, "utf8").split("\0");
  return flags.filter((flag) => /^-X/.test(flag) && !/SharedArchive|FlightRecording|ArchiveClasses/.test(flag));
}

/** Bare Camel, with the JVM flags that Tollroute runs with. */
export async function startBareCamel(flags, standIns) {
  const [port] = await freePorts(1);
  const begin = performance.now();
  const server = start("java", [...flags, "-cp", classPath(), "bench.Bare", port, standIns.upstream], {
    PATH: process.env.PATH,
  });
  await until(server, () => ok(`http://127.0.0.1:${port}/hello`), 10);
  return { ...server, port, readyMillis: performance.now() - begin };
}

/** A seller in JavaScript, `express` or `hono`, with that many paid routes. */
export async function startPeer(name, standIns, routes = 1) {
  const [port] = await freePorts(1);
  const [facilitator, upstream] = [standIns.facilitator, standIns.upstream].map((at) => `http://127.0.0.1:${at}`);
  const server = start(process.execPath, [path(`peer/${name}.mjs`), port, facilitator, `${upstream}/`, NETWORK, PAY_TO, routes], {
    PATH: process.env.PATH,
    NODE_ENV: "production",
  });
  await until(server, async () => (await fetch(`http://127.0.0.1:${port}/`)).status === 404);
  return { ...server, port };
}

export async function stop(server) {
  signal(server, "SIGTERM");
  const gone = await Promise.race([server.ended, sleep(10_000, "still there")]);
  if (gone === "still there") signal(server, "SIGKILL");
  await server.ended;
}

export function residentMegabytes(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;
}

/** What a full collection leaves in a JVM's heap. */
export async function heapMegabytes(pid) {
  const jcmd = join(dirname(readlinkSync(`/proc/${pid}/exe`)), "jcmd");
  const ask = async (what) => (await run(jcmd, [String(pid), what])).stdout;
  await ask("GC.run");
  const used = [...(await ask("GC.heap_info")).matchAll(/total \d+K, used (\d+)K/g)];
  return Math.round(used.reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0) / 102.4) / 10;
}

function start(program, args, env) {
  const log = join(scratch, `${++started}.log`);
  const out = openSync(log, "w");
  const child = spawn(program, args.map(String), { cwd: scratch, detached: true, env, stdio: ["pipe", out, out] });
  const server = { child, log };
  server.ended = new Promise((resolve) => {
    child.on("error", resolve);
    child.on("exit", resolve);
  }).then(() => running.delete(server));
  running.add(server);
  return server;
}

function signal(server, name) {
  try {
    process.kill(-server.child.pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

async function until(server, ready, everyMillis = 50) {
  // Generous: the first start of Tollroute may build it
  const deadline = performance.now() + 600_000;
  while (!(await ready().catch(() => false))) {
    if (!running.has(server) || performance.now() > deadline) {
      throw new Error(`${server.child.spawnargs.join(" ")} did not become ready:\n${readFileSync(server.log, "utf8").slice(-4000)}`);
    }
    await sleep(everyMillis);
  }
}

async function ok(url) {
  return (await fetch(url)).status === 200;
}

/** All different: none is let go before the last is taken. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

function classPath() {
  return `${path("java/target/bench.jar")}:${path("java/target/lib")}/*`;
}

function javaProcess(root) {
  if (readFileSync(`/proc/${root}/comm`, "utf8").trim() === "java") return root;
  for (const task of readdirSync(`/proc/${root}/task`)) {
    for (const child of readFileSync(`/proc/${root}/task/${task}/children`, "utf8").split(" ").filter(Boolean)) {
      const found = javaProcess(Number(child));
      if (found) return found;
    }
  }
  return undefined;
}
