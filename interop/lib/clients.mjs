import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { wrapFetchWithPayment as wrapFetchForAnySpend } from '@b3dotfun/anyspend-x402-fetch';
import { wrapFetch } from '@dexterai/x402/client';
import { wrap } from '@faremeter/fetch';
import { createPaymentHandler } from '@faremeter/payment-evm/exact';
import { createLocalWallet } from '@faremeter/wallet-evm';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { wrapAxiosWithPaymentFromConfig } from '@x402/axios';
import { ExactEvmScheme } from '@x402/evm';
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch';
import { withX402Client } from 'agents/x402';
import axios from 'axios';
import { createWalletClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { baseSepolia } from 'viem/chains';
import { withPaymentInterceptor } from 'x402-axios';
import { wrapFetchWithPayment } from 'x402-fetch';

const mppx = fileURLToPath(new URL('../node_modules/.bin/mppx', import.meta.url));

/**
 * Buyers' clients, each used as its own readme has it. Where a client pays at most 0.10 USD by itself the price is named,
 * in units of the token. Each is given the seller's base, the tool, the wallet's key and the request, and returns the body
 * of the answer.
 */
export function sandboxClients({ url, service, key, price }) {
  const account = privateKeyToAccount(key);
  const wallet = createWalletClient({ account, transport: http(), chain: baseSepolia });
  const schemes = [{ network: 'eip155:84532', client: new ExactEvmScheme(account) }];
  const tool = `${url}/api/tools/${service}`;
  const post = (body) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const fetched = (pay) => async (body) => (await pay(tool, post(body))).json();
  const sent = (api) => async (body) => (await api.post(`/api/tools/${service}`, body)).data;
  const baseURL = url;

  return {
    '@x402/fetch': fetched(wrapFetchWithPaymentFromConfig(fetch, { schemes })),
    '@x402/axios': sent(wrapAxiosWithPaymentFromConfig(axios.create({ baseURL, proxy: false }), { schemes })),
    'x402-fetch': fetched(wrapFetchWithPayment(fetch, wallet, price)),
    'x402-axios': sent(withPaymentInterceptor(axios.create({ baseURL, proxy: false }), wallet)),
    '@b3dotfun/anyspend-x402-fetch': fetched(wrapFetchForAnySpend(fetch, wallet, price)),
    '@dexterai/x402': fetched(wrapFetch(fetch, { evmPrivateKey: key })),
    '@faremeter/fetch': async (body) => {
      const local = await createLocalWallet({ id: baseSepolia.id, name: baseSepolia.name }, key);
      return fetched(wrap(fetch, { handlers: [createPaymentHandler(local)] }))(body);
    },
    'the mppx command': async (body) => {
      const { stdout } = await promisify(execFile)(mppx, [tool, '--json-body', JSON.stringify(body), '--silent'], {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, MPPX_PRIVATE_KEY: key },
      });
      return JSON.parse(stdout);
    },
    "Cloudflare's agents over MCP": async (body) => {
      const client = new Client({ name: 'interop', version: '0' });
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
      try {
        const paying = withX402Client(client, { account, maxPaymentValue: price });
        const { content, isError, structuredContent } = await paying.callTool(null, { name: service.replaceAll('-', '_'), arguments: body });
        if (isError) throw new Error(JSON.stringify(content));
        return structuredContent;
      } finally {
        await client.close();
      }
    },
  };
}
