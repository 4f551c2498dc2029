import { fileURLToPath } from 'node:url';
import { NETWORK } from './chain.mjs';
import { freePorts, start, until } from './processes.mjs';

export const command = process.env.TOLLROUTE_COMMAND ?? fileURLToPath(new URL('../../tollroute', import.meta.url));

// The launcher may have to build the project first.
const START_TIMEOUT_MS = 600000;

export const CANONICAL = '/api/tools/masked-face-comparison';
export const PAYMENTS = '/api/payments';
export const SERVICE = 'masked-face-comparison';
export const ALIAS = '/api/tools/aliyun-facebody-compare-face-with-mask';

/** A picture at a name: marketplaces take none at an IP address. */
export const ICON = 'https://shop.example/icon.png';

export const MANAGEMENT_TOKEN = 'interop-operator-token';

// Free tools with the fixed answers that the conformance suite asks for; no part of the product.
const freeTools = fileURLToPath(new URL('../mcp/tools', import.meta.url));

/** Tollroute refuses settings it does not know, so none may leak in from the caller's shell. */
export function environment(settings) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TOLLROUTE|ALIBABA)_/.test(name));
  return { ...Object.fromEntries(inherited), ...settings };
}

async function launch(name, mode, directory, settings) {
  const [port, managementPort] = await freePorts(2);
  const child = start(name, command, [mode], {
    directory,
    env: environment({
      TOLLROUTE_HOST: '127.0.0.1',
      TOLLROUTE_PORT: `${port}`,
      TOLLROUTE_PUBLIC_URL: `http://127.0.0.1:${port}`,
      TOLLROUTE_MANAGEMENT_PORT: `${managementPort}`,
      TOLLROUTE_DATABASE_URL: `jdbc:sqlite:${directory}/${name}.db`,
      ...settings,
    }),
  });
  const readyUrl = `http://127.0.0.1:${managementPort}/observe/health/ready`;
  const isReady = async () => (await fetch(readyUrl, { signal: AbortSignal.timeout(2000) })).status === 200;
  return {
    port,
    managementPort,
    url: `http://127.0.0.1:${port}`,
    managementUrl: `http://127.0.0.1:${managementPort}`,
    child,
    isReady,
    ready: (timeoutMs = START_TIMEOUT_MS) => until(`${name} to be ready`, isReady, { timeoutMs, child }),
    stop: () => child.stop(),
  };
}

/** Its stand-in for Alibaba works for `serve` too. */
export async function startSandbox(directory) {
  const sandbox = await launch('sandbox', 'sandbox', directory, {});
  await sandbox.ready();
  const counters = async () => (await fetch(`${sandbox.url}/sandbox/alibaba/counters`)).json();

  // The sandbox tells its own story after the start, and that is a call too.
  let last = -1;
  await until(
    'the sandbox to finish its story',
    async () => {
      const { calls } = await counters();
      const settled = calls === last;
      last = calls;
      return settled;
    },
    { timeoutMs: 30000, child: sandbox.child, everyMs: 1500 },
  );
  return {
    url: sandbox.url,
    alibabaUrl: `${sandbox.url}/sandbox/alibaba/`,
    calls: async () => (await counters()).calls,
  };
}

/** Another sandbox, with settings of its own. The story that it tells takes turns at the account too, so there are enough. */
export const launchSandbox = (name, directory, settings) =>
  launch(name, 'sandbox', directory, { TOLLROUTE_ALIBABA_CALLS_PER_SECOND: '1000', ...settings });

/** With limits off, unless the settings say otherwise. */
export function launchServe(name, directory, { chain, facilitatorUrl, sandbox }, settings = {}) {
  return launch(name, 'serve', directory, {
    TOLLROUTE_X402_NETWORK: NETWORK,
    TOLLROUTE_X402_PAY_TO: chain.accounts.seller.address,
    TOLLROUTE_X402_ASSET: chain.token,
    TOLLROUTE_X402_ASSET_NAME: 'Test USD',
    TOLLROUTE_X402_ASSET_VERSION: '1',
    TOLLROUTE_X402_ASSET_DECIMALS: '6',
    TOLLROUTE_X402_FACILITATOR_URL: facilitatorUrl,
    TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS: '4',
    TOLLROUTE_X402_RPC_URL: chain.rpcUrl,
    TOLLROUTE_ALIBABA_ENDPOINT: sandbox.alibabaUrl,
    TOLLROUTE_ALIBABA_CALLS_PER_SECOND: '1000',
    TOLLROUTE_ALIBABA_TIMEOUT_SECONDS: '5',
    TOLLROUTE_JOBS_LOOK_MS: '500',
    TOLLROUTE_LIMITS: 'off',
    TOLLROUTE_CONTACT: 'help@example.com',
    TOLLROUTE_ICON_URL: ICON,
    TOLLROUTE_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
    TOLLROUTE_MCP_FREE_TOOLS: freeTools,
    // the official suite looks for its tools on the first page
    TOLLROUTE_MCP_PAGE_SIZE: '1000',
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'sandbox-access-key-id',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'sandbox-access-key-secret',
    ...settings,
  });
}
