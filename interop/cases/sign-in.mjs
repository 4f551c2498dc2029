import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSIWxClientExtension, wrapFetchWithSIWx } from '@x402/extensions/sign-in-with-x';
import { ExactEvmScheme } from '@x402/evm';
import { wrapFetchWithPayment, x402Client, x402HTTPClient } from '@x402/fetch';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { launchSandbox, SERVICE } from '../lib/tollroute.mjs';

const KEY = `0x${createHash('sha256').update('tollroute sandbox wallet').digest('hex')}`;
const services = fileURLToPath(new URL('../../services', import.meta.url));

/** Official clients show their wallet, and have what it has for nothing. */
export const signIn = [
  {
    title: 'a wallet signs in by the official extension and has its two free calls; then the same client pays',
    plain: true,
    async run(t) {
      const home = join(t.directory, 'sign-in');
      await mkdir(home, { recursive: true });
      await cp(services, join(home, 'services'), { recursive: true });
      const file = join(home, 'services', 'facebody', `${SERVICE}.yaml`);
      const text = await readFile(file, 'utf8');
      const free = text.replace('amount: "0.20"', 'amount: "0.20"\n  free: {calls: 2, per: day, by: wallet}');
      t.ok(free !== text, 'the price is not where it was');
      await writeFile(file, free);
      const sandbox = await launchSandbox('sign-in', t.directory, {
        TOLLROUTE_LIMITS: 'off',
        TOLLROUTE_SERVICES: join(home, 'services'),
      });
      try {
        await sandbox.ready();
        const post = () => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(t.body()) });
        const tool = `${sandbox.url}/api/tools/${SERVICE}`;
        const left = (answer) => JSON.parse(answer.headers.get('x-free-calls') ?? '{}').remainingCalls;
        const receipt = (answer) => answer.headers.has('payment-response');

        const account = privateKeyToAccount(KEY);
        const client = new x402Client().register('eip155:84532', new ExactEvmScheme(account));
        client.registerExtension(createSIWxClientExtension({ signers: [account] }));
        const pay = wrapFetchWithPayment(fetch, new x402HTTPClient(client));
        for (const expected of [1, 0]) {
          const answer = await pay(tool, post());
          t.is(answer.status, 200, `status (${(await answer.text()).slice(0, 300)})`);
          t.is(left(answer), expected, 'free calls left');
          t.ok(!receipt(answer), 'a free call has a receipt of money');
        }
        const paid = await pay(tool, post());
        t.is(paid.status, 200, `status of the third (${(await paid.text()).slice(0, 300)})`);
        t.is(left(paid), undefined, 'free calls left, of one that was paid');
        t.ok(receipt(paid), 'the third has no receipt of money');

        const other = await wrapFetchWithSIWx(fetch, privateKeyToAccount(generatePrivateKey()))(tool, post());
        t.is(other.status, 200, 'status of a wallet without money');
        t.is(left(other), 1, 'free calls left of a wallet without money');
        t.is((await fetch(tool, post())).status, 402, 'status of a call without a wallet');
      } finally {
        await sandbox.stop();
      }
    },
  },
];
