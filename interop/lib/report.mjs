import { describe } from './answers.mjs';

const signed = (value) => (value > 0n ? `+${value}` : `${value}`);

/** "402 payment_refused:why x2, 200", in the order of the first of each. */
function summary(answers) {
  const counts = new Map();
  for (const answer of answers) {
    const text = describe(answer);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (count > 1 ? `${text} x${count}` : text)).join(', ');
}

export function printHeading(heading) {
  console.log(`\n${heading}`);
}

export function printCase({ title, problems, answers, notes = [], sellerMoved, buyersMoved, upstream, seconds = 0 }) {
  const verdict = problems.length ? 'FAIL' : 'ok  ';
  console.log(`${verdict} ${title}`);
  const took = seconds < 2 ? '' : `, ${seconds.toFixed(1)} s`;
  const answered = answers.length ? `${summary(answers)} | ` : '';
  console.log(`     ${answered}buyers ${signed(buyersMoved)}, seller ${signed(sellerMoved)}, work done ${upstream}${took}`);
  for (const note of notes) console.log(`     ${note}`);
  for (const problem of problems) console.log(`     ! ${problem}`);
}
