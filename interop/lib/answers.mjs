import { PaymentRequiredV1Schema, PaymentRequiredV2Schema } from '@x402/core/schemas';
import { INTERNAL_TEXT } from './faults-proxy.mjs';

const decode = (header) => JSON.parse(Buffer.from(header, 'base64').toString('utf8'));

/** One HTTP answer of Tollroute, from whichever client it came. `headers` has lower-case names. */
export function toAnswer({ status, headers, text }) {
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const settlementHeader = headers['payment-response'] ?? headers['x-payment-response'];
  const demandHeader = headers['payment-required'];
  return {
    status,
    headers,
    text,
    json,
    error: json?.error,
    reason: json?.reason,
    charged: json?.charged,
    replayed: headers['idempotent-replayed'] === 'true',
    settlement: settlementHeader ? decode(settlementHeader) : undefined,
    demand: demandHeader ? decode(demandHeader) : undefined,
  };
}

export function describe({ status, error, reason, replayed }) {
  if (status === 200) return replayed ? '200 replayed' : '200';
  return [status, [error, reason].filter(Boolean).join(':')].filter(Boolean).join(' ');
}

/** What must hold for every answer on a paid path, whatever the case is about. */
export function wrongWith(answer) {
  const { status, headers, text, json } = answer;
  const wrong = [];
  const must = (condition, what) => condition || wrong.push(`${describe(answer)}: ${what}`);

  must(json && typeof json === 'object', `not JSON: ${text.slice(0, 120)}`);
  if (!json) return wrong;
  for (const key of ['code', 'content', 'data', 'message', 'requestId']) must(key in json, `no ${key} in the envelope`);
  must(!text.includes(INTERNAL_TEXT), "the facilitator's text is shown");
  must(!/\bat [\w.$]+\([\w.]+:\d+\)|Exception|org\.apache\.camel/.test(text), 'an internal of the program is shown');

  if (status === 200) {
    must(json.code === '200', `code ${json.code}`);
    must(json.data?.Action === 'CompareFaceWithMask', 'no answer of the service in data');
    must(/private|no-store/.test(headers['cache-control'] ?? ''), 'a paid answer that caches may share');
    must(answer.settlement?.success === true, 'no receipt');
    must(answer.settlement?.transaction, 'a receipt without a transaction');
    return wrong;
  }
  must(typeof json.error === 'string' && json.error, 'no error word');
  must(['no', 'yes', 'unknown'].includes(json.charged), `charged is ${json.charged}`);
  must(typeof json.retryable === 'boolean', 'retryable is missing');
  must(!json.data?.Result, 'a result in a failure');
  if ([402, 409, 503].includes(status)) {
    must(/no-store/.test(headers['cache-control'] ?? ''), 'may be cached');
  }
  if (status === 503) must(headers['retry-after'], 'no Retry-After');
  if (status === 402) {
    must(json.charged === 'no', `402 although charged is ${json.charged}`);
    must(PaymentRequiredV2Schema.safeParse(answer.demand).success, 'PAYMENT-REQUIRED is not as the official schema wants it');
    const { x402Version, accepts, error, resource } = json;
    must(
      PaymentRequiredV1Schema.safeParse({ x402Version, accepts, error, resource }).success,
      'the body is no x402 v1 document',
    );
  }
  return wrong;
}
