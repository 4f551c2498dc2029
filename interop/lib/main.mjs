import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attacks, leftOut } from '../attacks/rows.mjs';
import { admin } from '../cases/admin.mjs';
import { bazaar } from '../cases/bazaar.mjs';
import { clients } from '../cases/clients.mjs';
import { facilitator as facilitatorCases } from '../cases/facilitator.mjs';
import { conformanceCases } from '../cases/conformance.mjs';
import { imports } from '../cases/imports.mjs';
import { discovery } from '../cases/discovery.mjs';
import { jobs } from '../cases/jobs.mjs';
import { mcp } from '../cases/mcp.mjs';
import { payments } from '../cases/payments.mjs';
import { provider } from '../cases/provider.mjs';
import { purchases } from '../cases/purchases.mjs';
import { reconciliation } from '../cases/reconciliation.mjs';
import { signIn } from '../cases/sign-in.mjs';
import { tokens } from '../cases/tokens.mjs';
import { NETWORK, startChain } from './chain.mjs';
import { startFacilitator } from './facilitator.mjs';
import { startFaultsProxy } from './faults-proxy.mjs';
import { killAllNow, stopAll, tails } from './processes.mjs';
import { printCase, printHeading } from './report.mjs';
import { createRunner } from './runner.mjs';
import { launchServe, startSandbox } from './tollroute.mjs';

const chapters = [
  ['Purchases', purchases],
  ['Clients in the sandbox', clients],
  ['Calls for nothing', signIn],
  ['Tokens', tokens],
  ['Jobs', jobs],
  ['Found by programs', discovery],
  ['Found in marketplaces', bazaar],
  ['MCP: the conformance suite', conformanceCases],
  ['MCP: official clients', mcp],
  ['Failures: what a buyer sends', payments],
  ['Failures: the request and the provider', provider],
  ['Failures: the facilitator', facilitatorCases],
  ['Imported OpenAPI documents', imports],
  ["The operator's pages, in Chromium", admin],
  ['Reconciliation', reconciliation],
  ...attacks,
];

// `node run.mjs reconciliation 'money moved'` runs the chapters and cases only whose names have these words in them.
const words = process.argv.slice(2).map((word) => word.toLowerCase());
const names = (heading, title, word) => `${heading}\n${title}`.toLowerCase().includes(word);
for (const word of words) {
  const found = chapters.some(([heading, cases]) => cases.some(({ title }) => names(heading, title, word)));
  if (!found) throw new Error(`no case with "${word}" in its name`);
}

process.once('exit', killAllNow);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

const directory = await mkdtemp(join(tmpdir(), 'tollroute-interop-'));
const started = Date.now();
let passed = 0;
let failed = 0;

try {
  const chain = await startChain(directory);
  const { alice, bob, carol, dave, frank } = chain.accounts;
  for (const account of [alice, bob, carol, dave]) await chain.mint(account.address, 1_000_000_000_000n);
  await chain.mint(chain.smartWallet, 1_000_000n);
  await chain.mint(frank.address, 200_000n);
  console.log(`chain: anvil, ${NETWORK}, Test USD at ${chain.token}`);

  const facilitator = await startFacilitator(chain);
  const proxy = await startFaultsProxy(facilitator.url);
  console.log('facilitator: @x402/core and @x402/evm, behind a proxy that can fail');

  const sandbox = await startSandbox(directory);
  const tollroute = await launchServe('serve', directory, { chain, facilitatorUrl: proxy.url, sandbox });
  await tollroute.ready();
  console.log(`tollroute: ready after ${((Date.now() - started) / 1000).toFixed(1)} s, logs in ${directory}`);

  const runner = createRunner({ chain, facilitator, proxy, sandbox, tollroute, directory });
  await runner.readTerms();
  const initial = await runner.snapshot();

  for (const [heading, cases] of chapters) {
    const selected = cases.filter(({ title }) => !words.length || words.some((word) => names(heading, title, word)));
    if (selected.length) printHeading(heading);
    for (const testCase of selected) {
      const result = await runner.run(testCase);
      printCase(result);
      if (result.problems.length) failed++;
      else passed++;
    }
  }

  for (const what of leftOut) console.log(`\nleft out: ${what}`);

  const { problems, payments: settled, moved } = await runner.settleUp(initial);
  const { delivered, outside, upstream } = runner.totals;
  printHeading('Accounts');
  printCase({
    title: 'all in all: answers delivered = settlements on the chain, and nothing moves any more',
    problems,
    answers: [],
    sellerMoved: moved,
    buyersMoved: -moved,
    upstream,
  });
  console.log(
    `     ${settled} settlements, ${outside.size} of them by a third party without a claim; ${delivered.size} answers delivered`,
  );
  if (problems.length) failed++;
  else passed++;
  facilitator.close();
  await proxy.close();
} catch (error) {
  failed++;
  console.error(error);
} finally {
  if (failed) console.error(`\n${tails().join('\n')}`);
  await stopAll();
}

// The logs are of interest only when something went wrong.
if (!failed) await rm(directory, { recursive: true, force: true });
console.log(`\ntook ${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
