import { isDeepStrictEqual } from 'node:util';
import { isPaymentRequired, PaymentRequiredV1Schema, PaymentRequiredV2Schema } from '@x402/core/schemas';
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
  const ownReceipt = headers['x-payment-receipt'];
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
    tokenReceipt: ownReceipt ? JSON.parse(ownReceipt) : undefined,
  };
}

/** The result of an MCP tool call, in the same form. */
export function toolAnswer(result) {
  const { content = [], structuredContent, isError, _meta = {} } = result;
  const demand = isError && structuredContent?.accepts ? structuredContent : undefined;
  return {
    tool: result,
    status: demand ? 402 : Number(structuredContent?.code),
    headers: {},
    text: content[0]?.text ?? '',
    json: structuredContent,
    error: demand ? 'payment_required' : structuredContent?.error,
    reason: structuredContent?.reason,
    charged: demand ? 'no' : structuredContent?.charged,
    replayed: _meta['io.tollroute/replayed'] === true,
    settlement: _meta['x402/payment-response'],
    demand,
    tokenReceipt: _meta['io.tollroute/receipt'],
  };
}

export function describe({ status, error, reason, replayed }) {
  if (status === 200) return replayed ? '200 replayed' : '200';
  return [status, [error, reason].filter(Boolean).join(':')].filter(Boolean).join(' ');
}

const INTERNAL = /\bat [\w.$]+\([\w.]+:\d+\)|Exception|org\.apache\.camel/;

function findings(answer) {
  const wrong = [];
  return { wrong, must: (condition, what) => condition || wrong.push(`${describe(answer)}: ${what}`) };
}

function wrongWithReceipt(answer) {
  const { wrong, must } = findings(answer);
  const { settlement, tokenReceipt } = answer;
  if (tokenReceipt) {
    must(!settlement, 'receipts of a token and of a signature');
    must(Number.isInteger(tokenReceipt.remainingCalls), 'a receipt that does not say what remains');
    return wrong;
  }
  must(settlement?.success === true, 'no receipt');
  must(settlement?.transaction, 'a receipt without a transaction');
  return wrong;
}

/** What must hold for every result of a paid tool. */
export function wrongWithTool(answer) {
  const { tool, status, json, text } = answer;
  const { wrong, must } = findings(answer);
  const everything = JSON.stringify(tool);

  must(tool.content?.[0]?.type === 'text', 'the first content is no text');
  must(!everything.includes(INTERNAL_TEXT), "the facilitator's text is shown");
  must(!INTERNAL.test(everything), 'an internal of the program is shown');
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    told = undefined;
  }
  must(isDeepStrictEqual(told, json), 'content[0] and structuredContent are not the same');

  if (answer.demand) {
    for (const [place, terms] of Object.entries({
      structuredContent: json,
      'content[0].text': told,
      '_meta["x402/error"]': tool._meta?.['x402/error'],
    })) {
      must(isPaymentRequired(terms), `@x402/core sees no PaymentRequired in ${place}`);
      must(isDeepStrictEqual(terms, json), `other terms in ${place}`);
    }
    must(/USD 0\.20/.test(json.error) && /paymentToken/.test(json.error), 'the sentence does not say price and way');
    must(tool.content.some((block) => block.text === json.error), 'no block holds the sentence alone');
    return wrong;
  }
  if (status === 200) {
    must(tool.isError !== true, 'an answer with isError');
    must(json.data?.Action === 'CompareFaceWithMask', 'no answer of the service in data');
    return [...wrong, ...wrongWithReceipt(answer)];
  }
  must(tool.isError === true, 'a failure without isError');
  must(typeof json?.error === 'string' && json.error, 'no error word');
  must(['no', 'yes', 'unknown'].includes(json?.charged), `charged is ${json?.charged}`);
  must(!json?.data?.Result, 'a result in a failure');
  return wrong;
}

/** What must hold for a payment that is shown. */
export function wrongWithPayment(answer) {
  const { status, headers, json, text } = answer;
  const { wrong, must } = findings(answer);
  for (const key of ['paymentId', 'serviceId', 'amountCents', 'currency', 'maxCalls', 'remainingCalls', 'status']) {
    must(json && key in json, `no ${key} in the payment`);
  }
  must(/no-store/.test(headers['cache-control'] ?? ''), 'may be cached');
  must((status === 201) === /tok_/.test(text), status === 201 ? 'no token' : 'the token is shown again');
  return wrong;
}

/** What must hold for every answer on a paid path, whatever the case is about. */
export function wrongWith(answer) {
  const { status, headers, text, json } = answer;
  const { wrong, must } = findings(answer);

  must(json && typeof json === 'object', `not JSON: ${text.slice(0, 120)}`);
  if (!json) return wrong;
  for (const key of ['code', 'content', 'data', 'message', 'requestId']) must(key in json, `no ${key} in the envelope`);
  must(!text.includes(INTERNAL_TEXT), "the facilitator's text is shown");
  must(!INTERNAL.test(text), 'an internal of the program is shown');

  if (status === 200) {
    must(json.code === '200', `code ${json.code}`);
    must(json.data?.Action === 'CompareFaceWithMask', 'no answer of the service in data');
    must(/private|no-store/.test(headers['cache-control'] ?? ''), 'a paid answer that caches may share');
    wrong.push(...wrongWithReceipt(answer));
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
