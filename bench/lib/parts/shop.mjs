// What the whole shop costs: the same with all services that are shipped as with one.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { atPace } from "../pace.mjs";
import { unpaid } from "../requests.mjs";
import { heapMegabytes, startPeer, startTollroute, stop } from "../servers.mjs";

const path = (name) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const ONE_SERVICE = { TOLLROUTE_SERVICES: path("src/test/services") };
const SEARCHES_A_SECOND = 200;
/** Whoever asks at fixed times has as many connections as there are answers that have not come. */
const MANY_CONNECTIONS = { TOLLROUTE_HTTP_MAX_CONNECTIONS_PER_ADDRESS: 1_000_000 };
/** Of as many services as the peer gets, the one that is asked for stands in the middle. */
const PEER_ROUTES = 240;
const [ALL, ONE, PEER] = ["Tollroute 402, one of all services", "Tollroute 402, one of one", `@x402/express 402, one of ${PEER_ROUTES} routes`];
/** Something that is ready, for what the machine itself does to a request. */
const TRIVIAL = "/robots.txt";
const DOCUMENTS = ["/openapi.json", "/llms.txt", "/ai.txt", "/api/agent-guide", "/api/catalog", "/api/services"].concat(
  ["/api/catalog/openai-functions.json", "/.well-known/server402.json", "/.well-known/api-catalog", "/apis.json"],
  ["/api/discovery/audit", "/sitemap.xml"],
);

export async function measureShop(bench, report) {
  await compareStarts(bench, report);
  const { standIns, settings } = bench;
  const all = await startTollroute(settings.launcher, standIns, MANY_CONNECTIONS);
  const one = await startTollroute(settings.launcher, standIns, ONE_SERVICE);
  const peer = await startPeer("express", standIns, PEER_ROUTES);
  await measureHeap(bench, report, all, one);
  await comparePrices(bench, report, all, one, peer);
  await stop(one);
  await stop(peer);
  await measureSearch(bench, report, all);
  await stop(all);
}

/** In turn, and each as often first as last. */
async function compareStarts({ standIns, settings, say }, report) {
  const millis = { all: [], one: [] };
  const start = async (which, env) => {
    const tollroute = await startTollroute(settings.launcher, standIns, env);
    millis[which].push(tollroute.readyMillis);
    await stop(tollroute);
  };
  for (let i = 0; i < settings.starts; i++) {
    const order = [["all", {}], ["one", ONE_SERVICE]];
    for (const [which, env] of i % 2 ? order.reverse() : order) await start(which, env);
  }
  say(`ready after ${millis.all.map(Math.round).join(", ")} ms with all services, ${millis.one.map(Math.round).join(", ")} ms with one`);
  const ratios = millis.all.map((each, i) => each / millis.one[i]);
  report.row("Start to ready with all services / with one", ratios, { most: 1.25 });
}

async function comparePrices(bench, report, all, one, peer) {
  const subjects = [[ALL, all], [ONE, one], [PEER, peer]].map(([name, { port }]) => ({ name, status: 402, request: () => unpaid(port) }));
  for (const subject of subjects) await bench.warmUp(subject);
  const ratios = { one: [], peer: [] };
  for (let round = 1; round <= bench.settings.rounds; round++) {
    const rates = new Map(subjects.map((subject) => [subject, 0]));
    // there and back again, so that what changes with time changes all alike
    for (const subject of [...subjects, ...subjects.toReversed()]) {
      const result = await bench.measure(subject, { seconds: Math.ceil(bench.settings.seconds / 2) });
      report.add(subject.name, result);
      rates.set(subject, rates.get(subject) + result.rate / 2);
    }
    const [ofAll, ofOne, ofPeer] = subjects.map((subject) => rates.get(subject));
    ratios.one.push(ofAll / ofOne);
    ratios.peer.push(ofAll / ofPeer);
    bench.say(`round ${round}: 402 ${Math.round(ofAll)}/s of all, ${Math.round(ofOne)}/s of one, ${Math.round(ofPeer)}/s of the peer`);
  }
  report.row(`${ALL} / one of one, in turns`, ratios.one, { least: 0.95 });
  report.row(`${ALL} / ${PEER}`, ratios.peer, { least: 4 });
}

/** What is searched for is the list that the tests hold the search against. */
async function measureSearch({ settings, say }, report, { port }) {
  const queries = readFileSync(path("src/test/resources/search-queries.tsv"), "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split("\t")[0]);
  const searches = { paths: queries.map((query) => `/api/catalog/search?q=${encodeURIComponent(query)}`), perSecond: SEARCHES_A_SECOND };
  const trivial = { paths: [TRIVIAL], perSecond: SEARCHES_A_SECOND };
  await atPace(port, [searches, trivial], settings.warmUpSeconds * 3);
  const [found, machine] = [[], []];
  for (let round = 1; round <= settings.rounds; round++) {
    const [search, beside] = await atPace(port, [searches, trivial], 2 * settings.seconds);
    found.push(search.p99);
    machine.push(beside.p99);
    if (search.lost || beside.lost) say(`round ${round}: ${search.lost} searches and ${beside.lost} others were never answered`);
    say(`round ${round}: search p50 ${search.p50.toFixed(2)} ms, p99 ${search.p99.toFixed(2)} ms; ${TRIVIAL} ${beside.p50.toFixed(2)}, ${beside.p99.toFixed(2)} ms`);
  }
  report.row(`p99 of a search, ${SEARCHES_A_SECOND} a second, ms`, found, { below: 20 });
  report.row(`p99 of ${TRIVIAL} beside it, ms`, machine);
}

/** What is in use after a full collection: at rest, and when every list and document was asked for. */
async function measureHeap({ say }, report, all, one) {
  const rest = { all: await heapMegabytes(all.pid), one: await heapMegabytes(one.pid) };
  await listTools(all.port);
  const listed = await heapMegabytes(all.pid);
  for (const document of DOCUMENTS) await read(await fetch(`http://127.0.0.1:${all.port}${document}`));
  const told = await heapMegabytes(all.pid);
  const { total } = JSON.parse(await read(await fetch(`http://127.0.0.1:${all.port}/api/catalog/search?limit=1`)));
  say(`heap ${rest.one} MB with one service, ${rest.all} MB with ${total}, ${listed} MB with tools/list, ${told} MB with all documents`);
  report.row("Heap at rest with all services less with one, MB", [rest.all - rest.one], { digits: 1 });
  report.row("Heap for tools/list, MB", [listed - rest.all], { digits: 1 });
  report.row("Heap for all documents, MB", [told - listed], { digits: 1 });
}

async function listTools(port) {
  let cursor;
  do {
    const message = { jsonrpc: "2.0", id: 1, method: "tools/list", params: cursor ? { cursor } : {} };
    const headers = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
    const answer = await fetch(`http://127.0.0.1:${port}/mcp`, { method: "POST", headers, body: JSON.stringify(message) });
    cursor = JSON.parse(await read(answer)).result.nextCursor;
  } while (cursor);
}

async function read(answer) {
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.url} answered ${answer.status}: ${text}`);
  return text;
}
