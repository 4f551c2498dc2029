const LEAST_WITH = 0.95;

/**
 * What the 402 costs with something on. So small a difference is lost among loads that are measured minutes apart: one after the
 * other and back again, so that what changes with time changes both alike.
 */
export async function compareInTurns(bench, report, what, on, off) {
  const options = { seconds: bench.settings.seconds / 2 };
  const ratios = [];
  for (let round = 1; round <= bench.settings.rounds; round++) {
    const rates = new Map([[on, 0], [off, 0]]);
    for (const subject of [off, on, on, off]) {
      rates.set(subject, rates.get(subject) + (await bench.measure(subject, options)).rate);
    }
    ratios.push(rates.get(on) / rates.get(off));
    bench.say(`round ${round}: ${what} on ${Math.round(rates.get(on) / 2)}/s, off ${Math.round(rates.get(off) / 2)}/s`);
  }
  report.row(`Tollroute 402, ${what} on / ${what} off, in turns`, ratios, { least: LEAST_WITH });
}
