// Asks at fixed times, whether or not the answers before have come: whoever waits behind a slow one is counted as waiting.
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * GETs paths of a server, each so often a second, side by side.
 *
 * @param subjects {paths, perSecond}[]; the paths of each are taken in turn
 * @returns for each the milliseconds from the time at which it was due to the end of its answer, endless for one that never came: {p50, p99,
 * lost}
 */
export async function atPace(port, subjects, seconds) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  const begin = performance.now() + 50;
  const results = await Promise.all(subjects.map((subject, at) => paced(agent, port, subject, begin + at, seconds)));
  agent.destroy();
  return results;
}

async function paced(agent, port, { paths, perSecond }, begin, seconds) {
  const waiting = [];
  for (let i = 0; i < perSecond * seconds; i++) {
    const due = begin + (1000 * i) / perSecond;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    waiting.push(get(agent, port, paths[i % paths.length]).then((came) => (came ? performance.now() - due : Infinity)));
  }
  const millis = (await Promise.all(waiting)).sort((a, b) => a - b);
  const at = (part) => millis[Math.min(millis.length - 1, Math.floor(part * millis.length))];
  return { p50: at(0.5), p99: at(0.99), lost: millis.filter((each) => each === Infinity).length };
}

/** Whether an answer came; one that is wrong ends the run. */
function get(agent, port, path) {
  return new Promise((resolve, reject) => {
    const request = http.get({ agent, host: "127.0.0.1", port, path }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}`));
      response.resume();
      response.on("error", () => resolve(false));
      response.on("end", () => resolve(true));
    });
    request.on("error", () => resolve(false));
  });
}
