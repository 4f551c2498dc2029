// What was measured, what it should be, and whether it is.
const RATIOS = [
  { of: "Tollroute 402", to: "Camel hello", least: 0.7 },
  { of: "Tollroute 402", to: "@x402/express 402", least: 4 },
  { of: "Tollroute 402", to: "@x402/hono 402", least: 2 },
  { of: "Tollroute paid", to: "@x402/express paid", least: 1.5 },
  { of: "Tollroute paid", to: "@x402/hono paid", least: 1.5 },
  { of: "Tollroute refused", to: "Tollroute 402", least: 0.8 },
  { of: "Tollroute token", to: "Camel relay", least: 0.4 },
  { of: "Tollroute token, few connections", to: "Camel relay, few connections", least: 0.3 },
  { of: "Tollroute 402, limits on", to: "Camel hello", least: 0.6 },
];

export class Report {
  #results = new Map();
  #rows = [];

  /** A load that is measured in turn with the others. */
  add(name, result) {
    if (!this.#results.has(name)) this.#results.set(name, []);
    this.#results.get(name).push(result);
  }

  /**
   * A row of its own. It is met when the median is right, or with `all` every value; a row without target is for
   * information.
   */
  row(what, values, { digits = 2, least, below, most, all = false } = {}) {
    const right = (value) =>
      (least === undefined || value >= least) && (below === undefined || value < below) && (most === undefined || value <= most);
    this.#rows.push({
      what,
      spread: [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits)),
      target: least !== undefined ? `>= ${least}` : below !== undefined ? `< ${below}` : most !== undefined ? `<= ${most}` : "",
      met: all ? values.every(right) : right(median(values)),
    });
  }

  /** The spread of a ratio is that of the rounds' own ratios: what disturbed a round disturbed both sides of it. */
  ratios() {
    for (const { of, to, least } of RATIOS) {
      const [ours, theirs] = [of, to].map((name) => this.#results.get(name));
      if (ours && theirs) {
        this.row(
          `${of} / ${to}`,
          ours.map(({ rate }, round) => rate / theirs[round].rate),
          { least },
        );
      }
    }
  }

  lastRound() {
    return [...this.#results].map(([name, all]) => `${name} ${Math.round(all.at(-1).rate)}/s`).join(", ");
  }

  text() {
    const rows = this.#rows.map(({ what, spread, target, met }) => [what, ...spread, target, verdict(target, met)]);
    const speeds = [...this.#results].map(([name, all]) => [
      name,
      ...[(r) => r.rate, (r) => r.p50, (r) => r.p99].map((of, i) => median(all.map(of)).toFixed(i === 0 ? 0 : 2)),
    ]);
    const orientation = [
      "Orientation only (medians; they are this machine's, not the product's):",
      table(["load", "answers/s", "p50 ms", "p99 ms"], speeds),
    ];
    return [table(["measured", "median", "min", "max", "target", ""], rows), ...(speeds.length ? orientation : [])].join("\n\n");
  }

  missed() {
    return this.#rows.some(({ met }) => !met);
  }
}

function verdict(target, met) {
  if (!target) return "";
  return met ? "met" : "MISSED";
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i ? "---:" : "---"))), ...rows.map(line)].join("\n");
}
