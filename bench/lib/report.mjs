const RATIOS = [
  { of: "Tollroute 402", to: "Camel hello", least: 0.6 },
  { of: "Tollroute 402", to: "@x402/express 402", least: 4 },
  { of: "Tollroute paid", to: "@x402/express paid", least: 1.5 },
  { of: "Tollroute refused", to: "Tollroute 402", least: 0.8 },
];
const MOST_MILLIS_TO_READY = 3000;
const MOST_MEGABYTES = 300;

export class Report {
  results = new Map();
  starts = [];
  resident = [];

  add(name, result) {
    if (!this.results.has(name)) this.results.set(name, []);
    this.results.get(name).push(result);
  }

  lastRound() {
    return [...this.results].map(([name, all]) => `${name} ${Math.round(all.at(-1).rate)}/s`).join(", ");
  }

  text() {
    const rows = this.#rows().map(({ what, spread, target, met }) => [what, ...spread, target, met ? "met" : "MISSED"]);
    const speeds = [...this.results].map(([name, all]) => [
      name,
      ...[(r) => r.rate, (r) => r.p50, (r) => r.p99].map((of, i) => round(median(all.map(of)), i === 0 ? 0 : 2)),
    ]);
    return [
      table(["measured", "median", "min", "max", "target", ""], rows),
      "Orientation only (medians; they are this machine's, not the product's):",
      table(["load", "answers/s", "p50 ms", "p99 ms"], speeds),
    ].join("\n\n");
  }

  missed() {
    return this.#rows().some(({ met }) => !met);
  }

  /** The spread of a ratio is that of the rounds' own ratios: what disturbed a round disturbed both sides of it. */
  #rows() {
    const ratios = RATIOS.map(({ of, to, least }) => {
      const values = this.results.get(of).map(({ rate }, round) => rate / this.results.get(to)[round].rate);
      return row(`${of} / ${to}`, values, 2, `>= ${least}`, (middle) => middle >= least);
    });
    const { starts, resident } = this;
    return [
      ...ratios,
      row("Start to ready, ms", starts, 0, `< ${MOST_MILLIS_TO_READY}`, (middle) => middle < MOST_MILLIS_TO_READY),
      row("Resident MB, 64 paid calls in flight", resident, 0, `< ${MOST_MEGABYTES}`, () => Math.max(...resident) < MOST_MEGABYTES),
    ];
  }
}

function row(what, values, digits, target, isMet) {
  const spread = [median(values), Math.min(...values), Math.max(...values)].map((value) => round(value, digits));
  return { what, spread, target, met: isMet(median(values)) };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value, digits) {
  return value.toFixed(digits);
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i ? "---:" : "---"))), ...rows.map(line)].join("\n");
}
