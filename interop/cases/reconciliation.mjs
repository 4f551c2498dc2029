import { execFile } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { command, environment, MANAGEMENT_TOKEN } from '../lib/tollroute.mjs';

/** `tollroute reconcile`, as the operator runs it. */
function reconcile(t) {
  const args = ['reconcile', '--format', 'json', '--url', t.tollroute.managementUrl];
  const env = environment({ TOLLROUTE_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN });
  return new Promise((resolve) => {
    execFile(command, args, { env, cwd: t.directory, timeout: 60000 }, (error, stdout, stderr) => {
      resolve({ exit: error ? (error.code ?? error.signal) : 0, stderr, ...parsed(stdout) });
    });
  });
}

function parsed(stdout) {
  try {
    return JSON.parse(stdout);
  } catch {
    return { differences: [{ unreadable: stdout.slice(0, 200) }] };
  }
}

/** Everything agrees, but for money that nobody bought anything with: an orphan for each of these transactions. */
async function agrees(t, transactions) {
  const nonces = await Promise.all(transactions.map((transaction) => t.chain.nonceOf(transaction)));
  const wanted = nonces.map((nonce) => `orphan ${nonce}`).sort();
  let result;
  let found;
  // What a silent facilitator left is finished by the clock.
  for (let i = 0; i < 10; i++) {
    result = await reconcile(t);
    found = result.differences.map(({ kind, charge }) => `${kind} ${charge?.split(':').at(-1)}`).sort();
    if (isDeepStrictEqual(found, wanted)) break;
    await t.sleep(2000);
  }
  t.is(found, wanted, 'differences');
  t.is(result.exit, transactions.length ? 1 : 0, `exit (${result.stderr.slice(-200)})`);
  const { charges, payments, chain } = result.compared ?? {};
  t.note(`${charges} charges, ${payments} tokens and ${chain} transfers compared, ${found.length} differences`);
}

export const reconciliation = [
  {
    title: 'tollroute reconcile: after all this, ledger and chain agree',
    run: (t) => agrees(t, []),
  },
  {
    title: 'tollroute reconcile prints a signature that a third party handed in, and ends with 1',
    moves: 1,
    async run(t) {
      const { transactionHash } = await t.chain.submit(t.accounts.outsider, await t.sign());
      t.outside(transactionHash);
      await agrees(t, [transactionHash]);
    },
  },
];
