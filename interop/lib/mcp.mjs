import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { recentNode } from './node.mjs';

export const TOOL = 'masked_face_comparison';

const us = { name: 'tollroute-interop', version: '0' };
const v2 = (mode) => (url, options) => [
  new ClientV2(us, { versionNegotiation: { mode } }),
  new TransportV2(url, options),
];

/** The official clients, by the name under which they are reported, and the version that they should agree on. */
export const clients = {
  'client 1.x': { version: '2025-11-25', make: (url, options) => [new ClientV1(us), new TransportV1(url, options)] },
  'client 2.x legacy': { version: '2025-11-25', make: v2('legacy') },
  'client 2.x auto': { version: '2026-07-28', make: v2('auto') },
  'client 2.x modern': { version: '2026-07-28', make: v2({ pin: '2026-07-28' }) },
};

export async function connect(name, baseUrl, headers = {}) {
  const [client, transport] = clients[name].make(new URL(`${baseUrl}/mcp`), { requestInit: { headers } });
  await client.connect(transport);
  return {
    version: () => client.getNegotiatedProtocolVersion?.() ?? transport.protocolVersion,
    instructions: () => client.getInstructions(),
    tools: async () => (await client.listTools()).tools,
    prices: () => client.readResource({ uri: 'tollroute://prices' }),
    howToPay: () => client.getPrompt({ name: 'how_to_pay' }),
    call: (args, meta, tool = TOOL) =>
      client.callTool({ name: tool, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }),
    close: () => client.close(),
  };
}

const script = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

function run(path, args, directory) {
  return new Promise((resolve) => {
    execFile(
      recentNode(),
      [script(path), ...args],
      { cwd: directory, env: { PATH: process.env.PATH, HOME: directory }, timeout: 60000, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => resolve({ exit: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
  });
}

/** The command line of the official Inspector. */
export const inspect = (baseUrl, era, directory, ...args) =>
  run(
    '@modelcontextprotocol/inspector/clients/launcher/build/index.js',
    ['--cli', `${baseUrl}/mcp`, '--transport', 'http', '--protocol-era', era, '--format', 'json', ...args],
    directory,
  );

/** The official conformance suite. */
export const conformance = (directory, ...args) =>
  run('@modelcontextprotocol/conformance/dist/index.js', args, directory);
