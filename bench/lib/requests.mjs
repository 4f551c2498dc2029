// The requests that are sent. A payment's nonce is left open (@NONCE@) for the load generator to fill.
import { randomBytes } from "node:crypto";

export const PATH = "/api/tools/masked-face-comparison";
const BODY = JSON.stringify({ ImageURLA: "https://example.com/a.jpg", ImageURLB: "https://example.com/b.jpg" });
const NONCE = "@NONCE@";

export function unpaid(port, path = PATH) {
  return { port, path, headers: { "Content-Type": "application/json" }, body: BODY };
}

/** A v2 payment for the terms of a 402, as the official client writes it: everything offered is echoed. */
export function paid(port, demand) {
  return withPayment(port, payment(demand, demand.accepts[0].amount));
}

/** A payment of one unit too little: refused without asking anybody. */
export function underpaid(port, demand) {
  const tooLittle = (BigInt(demand.accepts[0].amount) - 1n).toString();
  return withPayment(port, payment(demand, tooLittle).replace(NONCE, hex(32)));
}

/** A call that a bought token pays for. Its key makes each a call of its own: base64 of hex digits is letters and digits. */
export function withToken(port, token) {
  const request = unpaid(port);
  return { ...request, headers: { ...request.headers, "X-Payment-Token": token, "Idempotency-Key": NONCE } };
}

/** The request with a nonce, for whoever sends it once. */
export function filled({ headers, ...request }) {
  const nonce = Buffer.from(hex(32)).toString("base64");
  const fill = (value) => value.replace(NONCE, nonce);
  return { ...request, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)])) };
}

/** The terms that a 402 offers. */
export async function demandOf({ port, path, headers, body }) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
  return JSON.parse(Buffer.from(response.headers.get("payment-required"), "base64"));
}

/** Buys a token as a buyer does: orders it, asks for the terms of the order, pays. */
export async function boughtToken(port, calls) {
  const [, serviceId] = PATH.match(/([^/]+)$/);
  const order = { port, path: "/api/payments", headers: unpaid(port).headers, body: JSON.stringify({ serviceId, calls }) };
  const { paymentId, token } = await answerTo(order, 201);
  const pay = { ...order, path: `/api/payments/${paymentId}/pay`, body: "" };
  const demand = await demandOf(pay);
  const { headers } = filled(paid(port, demand));
  await answerTo({ ...pay, headers }, 200);
  return token;
}

async function answerTo({ port, path, headers, body }, status) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
  const text = await response.text();
  if (response.status !== status) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

function withPayment(port, json) {
  const request = unpaid(port);
  return { ...request, headers: { ...request.headers, "PAYMENT-SIGNATURE": base64(json) } };
}

function payment(demand, value) {
  const accepted = demand.accepts[0];
  const now = Math.floor(Date.now() / 1000);
  return JSON.stringify({
    x402Version: 2,
    payload: {
      authorization: {
        from: hex(20),
        to: accepted.payTo,
        value,
        validAfter: "0",
        validBefore: String(now + accepted.maxTimeoutSeconds),
        nonce: NONCE,
      },
      signature: signature(),
    },
    resource: demand.resource,
    accepted,
    extensions: demand.extensions,
  });
}

/**
 * As long as that of a wallet that is a contract, which only a facilitator can judge, and the stand-in does not look. One of
 * a wallet's own key, which Tollroute checks itself, cannot be made as fast as load is sent.
 */
function signature() {
  return hex(97);
}

function hex(bytes) {
  return `0x${randomBytes(bytes).toString("hex")}`;
}

/** Base64 around an open nonce: spaces put the nonce on a border of three bytes, so it can be encoded on its own. */
function base64(json) {
  const at = json.indexOf(NONCE);
  if (at < 0) return Buffer.from(json).toString("base64");
  const quote = at - 1;
  const before = Buffer.from(json.slice(0, quote));
  const head = Buffer.concat([before, Buffer.from(" ".repeat((3 - ((before.length + 1) % 3)) % 3) + '"')]);
  const tail = Buffer.from(json.slice(at + NONCE.length));
  return head.toString("base64") + NONCE + tail.toString("base64");
}
