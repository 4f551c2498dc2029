import { createServer } from 'node:http';
import { x402Facilitator } from '@x402/core/facilitator';
import { toFacilitatorEvmSigner } from '@x402/evm';
import { registerExactEvmScheme } from '@x402/evm/exact/facilitator';
import { NETWORK } from './chain.mjs';

/** The official facilitator packages behind the three HTTP endpoints that a seller knows. */
export async function startFacilitator({ reader, writer, accounts }) {
  const wallet = writer(accounts.facilitator);
  const facilitator = registerExactEvmScheme(new x402Facilitator(), {
    networks: NETWORK,
    signer: toFacilitatorEvmSigner({
      address: accounts.facilitator.address,
      readContract: (args) => reader.readContract(args),
      verifyTypedData: (args) => reader.verifyTypedData(args),
      getCode: (args) => reader.getCode(args),
      writeContract: (args) => wallet.writeContract(args),
      sendTransaction: (args) => wallet.sendTransaction(args),
      waitForTransactionReceipt: (args) => reader.waitForTransactionReceipt(args),
    }),
  });

  // One wallet, one transaction at a time: two at once would take the same account nonce.
  let lastSettlement = Promise.resolve();
  const settle = (payload, requirements) => {
    const settlement = lastSettlement.then(() => facilitator.settle(payload, requirements));
    lastSettlement = settlement.catch(() => {});
    return settlement;
  };
  const routes = {
    'POST /verify': ({ paymentPayload, paymentRequirements }) => facilitator.verify(paymentPayload, paymentRequirements),
    'POST /settle': ({ paymentPayload, paymentRequirements }) => settle(paymentPayload, paymentRequirements),
    'GET /supported': () => facilitator.getSupported(),
  };

  const server = createServer(async (request, response) => {
    const answer = (status, body) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    try {
      const route = routes[`${request.method} ${request.url}`];
      if (!route) return answer(404, { error: 'not found' });
      let text = '';
      for await (const chunk of request) text += chunk;
      answer(200, await route(text ? JSON.parse(text) : undefined));
    } catch (error) {
      answer(500, { error: String(error?.message ?? error) });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
