import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { wrapAxiosWithPayment, x402Client as AxiosX402Client } from '@x402/axios';
import { ExactEvmScheme } from '@x402/evm/exact/client';
import { appendPaymentIdentifierToExtensions } from '@x402/extensions/payment-identifier';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import axios from 'axios';
import { wrapFetchWithPayment as wrapFetchWithPaymentV1 } from 'x402-fetch';
import { toAnswer } from './answers.mjs';
import { CHAIN_ID, NETWORK, PRICE } from './chain.mjs';

export const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

/**
 * The buyers. `record` is given every answer that Tollroute sends, also the 402 that a client works off by itself, with
 * the payment headers of the request. They call from `localAddress`, when it is given, on a new connection each time.
 */
export function createBuyers({ baseUrl, chain, record, localAddress }) {
  const call = localAddress ? fetchFrom(localAddress) : fetch;
  const recordingFetch = async (input, init) => {
    const request = new Request(input, init);
    const response = await call(request);
    const text = await response.clone().text();
    record(toAnswer({ status: response.status, headers: Object.fromEntries(response.headers), text }), {
      signature: request.headers.get('payment-signature'),
      path: new URL(request.url).pathname,
    });
    return response;
  };

  // The v2 clients pay nothing but well-known tokens unless they are told to.
  const spendControls = (maxAmount) => ({
    allowedAssets: [{ network: NETWORK, asset: chain.token, maxAmountPerPayment: `${maxAmount}` }],
  });

  const json = (body, headers = {}) =>
    body === undefined
      ? { method: 'POST', headers }
      : { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
  const fetched = async (response) =>
    toAnswer({ status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() });

  return {
    async fetchV2(account, path, body, { paymentId, maxAmount = PRICE, headers } = {}) {
      const client = new x402Client()
        .register(NETWORK, new ExactEvmScheme(account))
        .setSpendControls(spendControls(maxAmount));
      if (paymentId) {
        client.onBeforePaymentCreation(async ({ paymentRequired }) => {
          appendPaymentIdentifierToExtensions(paymentRequired.extensions ?? {}, paymentId);
        });
      }
      return fetched(await wrapFetchWithPayment(recordingFetch, client)(baseUrl + path, json(body, headers)));
    },

    async fetchV1(account, path, body, { maxValue } = {}) {
      const pay = wrapFetchWithPaymentV1(recordingFetch, chain.writer(account), maxValue);
      return fetched(await pay(baseUrl + path, json(body)));
    },

    async axiosV2(account, path, body) {
      const client = new AxiosX402Client().register(NETWORK, new ExactEvmScheme(account));
      const instance = axios.create({ proxy: false });
      const toOurs = ({ status, headers, data }) =>
        toAnswer({ status, headers: { ...headers }, text: typeof data === 'string' ? data : JSON.stringify(data) });
      instance.interceptors.response.use(
        (response) => {
          record(toOurs(response), {});
          return response;
        },
        (error) => {
          if (error.response) record(toOurs(error.response), {});
          throw error;
        },
      );
      return toOurs(await wrapAxiosWithPayment(instance, client).post(baseUrl + path, body));
    },

    /** A plain HTTP request: what a header holds, and how often it is there, is up to the caller. */
    async send({ path, method = 'POST', headers = {}, body, abortAfterMs, plain }) {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await new Promise((resolve, reject) => {
        const request = httpRequest(baseUrl + path, {
          method,
          agent: false,
          localAddress,
          headers: {
            ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
            ...headers,
          },
        });
        request.once('error', reject);
        const patience = localAddress ? PATIENCE_MS : 60000;
        request.setTimeout(patience, () => request.destroy(new Error(`no answer within ${patience / 1000} s`)));
        request.once('response', (response) => {
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () =>
            resolve(
              toAnswer({
                status: response.statusCode,
                headers: response.headers,
                text: Buffer.concat(chunks).toString('utf8'),
              }),
            ),
          );
        });
        if (abortAfterMs) setTimeout(() => request.destroy(new Error('hung up')), abortAfterMs);
        request.end(text);
      });
      record(answer, { path, plain });
      return answer;
    },

    /** What the official client signs when it is shown terms. */
    payFor: (account, terms) =>
      new x402Client()
        .register(NETWORK, new ExactEvmScheme(account))
        .setSpendControls({ allowedAssets: [{ network: NETWORK, asset: chain.token }] })
        .createPaymentPayload(terms),

    /** An EIP-3009 authorization, right in everything that is not asked to be different. */
    async sign(account, { to, asset = chain.token, domain = {}, signer = account, suffix = '', ...different } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const authorization = {
        from: account.address,
        to: to ?? chain.accounts.seller.address,
        value: `${PRICE}`,
        validAfter: `${now - 600}`,
        validBefore: `${now + 300}`,
        nonce: `0x${randomBytes(32).toString('hex')}`,
        ...different,
      };
      const signature = await signer.signTypedData({
        domain: { name: 'Test USD', version: '1', chainId: CHAIN_ID, verifyingContract: asset, ...domain },
        types: {
          TransferWithAuthorization: [
            { name: 'from', type: 'address' },
            { name: 'to', type: 'address' },
            { name: 'value', type: 'uint256' },
            { name: 'validAfter', type: 'uint256' },
            { name: 'validBefore', type: 'uint256' },
            { name: 'nonce', type: 'bytes32' },
          ],
        },
        primaryType: 'TransferWithAuthorization',
        message: {
          from: authorization.from,
          to: authorization.to,
          value: BigInt(authorization.value),
          validAfter: BigInt(authorization.validAfter),
          validBefore: BigInt(authorization.validBefore),
          nonce: authorization.nonce,
        },
      });
      return { signature: signature + suffix, authorization };
    },
  };
}

/** Like fetch, from an address of this machine: what Node calls fetch always lets the system choose. */
const fetchFrom = (localAddress) => async (request) => {
  const body = Buffer.from(await request.arrayBuffer());
  const headers = { ...Object.fromEntries(request.headers), ...(request.method === 'GET' ? {} : { 'content-length': body.length }) };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(request.url, { method: request.method, agent: false, headers, localAddress });
    const patience = setTimeout(() => sent.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    sent.once('error', reject);
    sent.once('close', () => clearTimeout(patience));
    sent.once('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve(new Response(Buffer.concat(chunks), { status: response.statusCode, headers: flat(response.headers) })),
      );
    });
    sent.end(body);
  });
};

const PATIENCE_MS = 20_000;
const flat = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `${value}`]));
