// Sends loads and checks that every answer was the right one.
import { setTimeout as sleep } from "node:timers/promises";
import { load } from "./load.mjs";

/** The steps that a call makes us see at the stand-ins. */
export const SOLD = ["verified", "worked", "settled"];
export const WORKED = ["worked"];

/**
 * A load to be measured.
 *
 * @typedef {{name: string, status: number, request: () => object, does?: string[]}} Subject
 */
export class Bench {
  constructor(standIns, settings, say) {
    this.standIns = standIns;
    this.settings = settings;
    this.say = say;
  }

  /**
   * Goes on until the speed grows no more, for a JVM needs tens of seconds to compile a long path. Meanwhile looks at
   * the status of every answer, and learns how large a right answer is.
   */
  async warmUp(subject, options) {
    const rates = [];
    const { warmUps, warmUpSeconds } = this.settings;
    const grew = () => Math.max(...rates.slice(-2)) > 1.05 * Math.max(...rates.slice(0, -2));
    do {
      const result = await this.send(subject, { seconds: warmUpSeconds, statuses: true, ...options });
      expectOnly(subject, result);
      subject.size = result.size;
      rates.push(result.rate);
    } while (rates.length < warmUps && (rates.length < 4 || grew()));
    this.say(`warm: ${subject.name} ${rates.map(Math.round).join(", ")} answers/s of ${Math.round(subject.size)} bytes`);
  }

  /** One measurement; every answer must be right. */
  async measure(subject, options) {
    const { connections } = { ...this.settings, ...options };
    const before = await this.quiet();
    const result = await this.answered(subject, options);
    this.expectSteps(subject, before, await this.quiet(), result.requests, result.requests + connections);
    return result;
  }

  /** One measurement beside others, whose steps are not told apart. */
  async answered(subject, options) {
    const { seconds, connections } = { ...this.settings, ...options };
    const counting = Boolean(subject.does);
    const result = await load(subject.request(), { ...options, connections, seconds, statuses: counting });
    if (counting) {
      expectOnly(subject, result);
    } else {
      // Counting statuses would slow the generator where thousands are answered; a wrong answer has another size
      const refused = subject.status < 400 ? 0 : result.requests;
      const allowed = subject.size * (connections + 1) + 0.002 * result.bytes;
      const strange = Math.abs(result.bytes - result.requests * subject.size) > allowed;
      if (result.failed || result.refused !== refused || strange) wrong(subject, result);
    }
    return result;
  }

  /** Beside sending: each answer must have brought the steps of the subject about once, and no others. */
  async send(subject, options) {
    const { connections } = { ...this.settings, ...options };
    const before = await this.quiet();
    const result = await load(subject.request(), { ...options, connections });
    this.expectSteps(subject, before, await this.quiet(), result.requests, result.requests + connections);
    return result;
  }

  expectSteps({ name, does = [] }, before, after, least, most) {
    for (const step of SOLD) {
      const count = after[step] - before[step];
      const [from, to] = does.includes(step) ? [least, most] : [0, 0];
      if (count < from || count > to) throw new Error(`${name}: ${least} answers, but ${count} ${step}`);
    }
  }

  async quiet() {
    for (let last = await this.standIns.counts(); ; ) {
      await sleep(300);
      const now = await this.standIns.counts();
      if (JSON.stringify(now) === JSON.stringify(last)) return now;
      last = now;
    }
  }
}

export function expectOnly(subject, result) {
  if (result.failed || !result.requests || result.statuses[subject.status] !== result.requests) wrong(subject, result);
}

function wrong({ name }, result) {
  throw new Error(`${name} answered wrongly: ${JSON.stringify(result)}`);
}
