import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createPublicClient, createWalletClient, erc20Abi, http, parseAbi, parseEventLogs, parseSignature } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { baseSepolia } from 'viem/chains';
import { freePorts, start, until } from './processes.mjs';

const require = createRequire(import.meta.url);

// Base Sepolia's id, because the v1 client only knows networks by name and this is one of the names.
export const CHAIN_ID = 84532;
export const NETWORK = `eip155:${CHAIN_ID}`;
export const PRICE = 200000n;

const authorizationUsed = parseAbi(['event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)']);

const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11';
const roles = ['deployer', 'facilitator', 'seller', 'outsider', 'alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

function anvilBinary() {
  if (process.env.ANVIL) return process.env.ANVIL;
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  try {
    return require.resolve(`@foundry-rs/anvil-${platform}/bin/anvil`);
  } catch {
    throw new Error(`no anvil for ${platform} among the installed packages; set ANVIL to the path of one`);
  }
}

function compile() {
  const solc = require('solc');
  const sources = {};
  for (const file of ['TestUsd.sol', 'TestWallet.sol', 'Multicall.sol']) {
    sources[file] = { content: readFileSync(new URL(`../contracts/${file}`, import.meta.url), 'utf8') };
  }
  const output = JSON.parse(
    solc.compile(
      JSON.stringify({
        language: 'Solidity',
        sources,
        settings: {
          evmVersion: 'paris',
          optimizer: { enabled: true, runs: 200 },
          outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
        },
      }),
    ),
  );
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (errors.length) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  const contract = (file, name) => ({
    abi: output.contracts[file][name].abi,
    bytecode: `0x${output.contracts[file][name].evm.bytecode.object}`,
  });
  return {
    token: contract('TestUsd.sol', 'TestUsd'),
    wallet: contract('TestWallet.sol', 'TestWallet'),
    multicall: contract('Multicall.sol', 'Multicall'),
  };
}

export async function startChain(directory) {
  const [port] = await freePorts(1);
  const rpcUrl = `http://127.0.0.1:${port}`;
  const options = ['--quiet', '--host', '127.0.0.1', '--port', `${port}`, '--chain-id', `${CHAIN_ID}`];
  const child = start('anvil', anvilBinary(), options, { directory, env: { PATH: process.env.PATH, HOME: directory } });

  const transport = http(rpcUrl);
  const reader = createPublicClient({ chain: baseSepolia, transport, pollingInterval: 50, cacheTime: 0 });
  await until('anvil to answer', () => reader.getChainId(), { timeoutMs: 20000, child });

  const accounts = {};
  roles.forEach((role, addressIndex) => {
    accounts[role] = mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex });
  });
  const writer = (account) => createWalletClient({ account, chain: baseSepolia, transport, pollingInterval: 50 });

  async function mined(hash) {
    const receipt = await reader.waitForTransactionReceipt({ hash, timeout: 10000 });
    if (receipt.status !== 'success') throw new Error(`transaction ${hash} reverted`);
    return receipt;
  }
  async function deploy({ abi, bytecode }, args = []) {
    return (await mined(await writer(accounts.deployer).deployContract({ abi, bytecode, args }))).contractAddress;
  }

  const contracts = compile();
  // Every real chain has it at this address.
  const multicall = await reader.getCode({ address: await deploy(contracts.multicall) });
  await reader.request({ method: 'anvil_setCode', params: [MULTICALL3, multicall] });

  const token = await deploy(contracts.token);
  const wallet = await deploy(contracts.wallet, [accounts.alice.address]);
  const abi = contracts.token.abi;
  const callToken = async (account, functionName, args) =>
    mined(await writer(account).writeContract({ address: token, abi, functionName, args }));

  return {
    rpcUrl,
    reader,
    writer,
    accounts,
    token,
    abi,
    smartWallet: wallet,
    blockNumber: () => reader.getBlockNumber({ cacheTime: 0 }),
    balanceOf: (address) => reader.readContract({ address: token, abi, functionName: 'balanceOf', args: [address] }),
    mint: (to, value) => callToken(accounts.deployer, 'mint', [to, value]),
    /** What a transaction of its own costs an account. */
    giveGas: (address) => reader.request({ method: 'anvil_setBalance', params: [address, '0xde0b6b3a7640000'] }),
    transfer: (account, to, value) => callToken(account, 'transfer', [to, value]),

    /** Anybody may hand in a signed authorization: this is what a front-runner does. */
    submit: (account, { authorization: a, signature }) =>
      callToken(account, 'transferWithAuthorization', [
        a.from,
        a.to,
        BigInt(a.value),
        BigInt(a.validAfter),
        BigInt(a.validBefore),
        a.nonce,
        signature,
      ]),

    async cancel(account, nonce) {
      const { v, r, s } = parseSignature(
        await account.signTypedData({
          domain: { name: 'Test USD', version: '1', chainId: CHAIN_ID, verifyingContract: token },
          types: {
            CancelAuthorization: [
              { name: 'authorizer', type: 'address' },
              { name: 'nonce', type: 'bytes32' },
            ],
          },
          primaryType: 'CancelAuthorization',
          message: { authorizer: account.address, nonce },
        }),
      );
      return callToken(accounts.outsider, 'cancelAuthorization', [account.address, nonce, Number(v), r, s]);
    },

    /** The nonce of the authorization that was used in a transaction. */
    async nonceOf(hash) {
      const { logs } = await reader.getTransactionReceipt({ hash });
      return parseEventLogs({ abi: authorizationUsed, logs })[0]?.args.nonce;
    },

    /** Every payment that reached an address after this block, as the token contract logged it. */
    async paymentsTo(address, block) {
      const fromBlock = block + 1n;
      if ((await reader.getBlockNumber({ cacheTime: 0 })) < fromBlock) return [];
      const logs = await reader.getLogs({ address: token, fromBlock, toBlock: 'latest' });
      return parseEventLogs({ abi: erc20Abi, eventName: 'Transfer', logs })
        .filter(({ args }) => args.to.toLowerCase() === address.toLowerCase())
        .map(({ args, transactionHash }) => ({ from: args.from, value: args.value, transaction: transactionHash }));
    },
  };
}
