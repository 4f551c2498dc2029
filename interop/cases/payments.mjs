import { randomBytes } from 'node:crypto';
import { serializeErc6492Signature } from 'viem';
import { encode } from '../lib/buyers.mjs';
import { faults } from '../lib/faults-proxy.mjs';
import { ALIAS, CANONICAL } from '../lib/tollroute.mjs';

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const hex32 = (value) => value.toString(16).padStart(64, '0');

function split(signature) {
  return {
    r: BigInt(signature.slice(0, 66)),
    s: BigInt(`0x${signature.slice(66, 130)}`),
    v: Number.parseInt(signature.slice(130, 132), 16),
  };
}

/** The other signature that recovers to the same signer; the token refuses it, ecrecover does not. */
function malleated(signature) {
  const { r, s, v } = split(signature);
  return `0x${hex32(r)}${hex32(CURVE_ORDER - s)}${(v === 27 ? 28 : 27).toString(16)}`;
}

/** EIP-2098. */
function compact(signature) {
  const { r, s, v } = split(signature);
  return `0x${hex32(r)}${hex32(s | (BigInt(v - 27) << 255n))}`;
}

const reversed = (object) => Object.fromEntries(Object.entries(object).reverse());

const upperHex = (hex) => `0x${hex.slice(2).toUpperCase()}`;

/** What a buyer, or somebody who is none, may send. */
export const payments = [
  {
    title: 'the same payment and body again, 3 times',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.body();
      const first = await t.buy(payment, { body });
      t.paid(first);
      for (let i = 0; i < 3; i++) t.replay(await t.buy(payment, { body }), first);
    },
  },
  {
    title: '50 copies at once, the provider takes 1 s',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      await fiftyCopies(t, t.magic('slow/1000'));
    },
  },
  {
    title: '50 copies at once, the settlement takes 1 s',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      t.fault('settle', faults.late(1000));
      await fiftyCopies(t, t.body());
    },
  },
  {
    title: 'the same payment in other encodings: one use',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const { signature, authorization } = payment.payload;
      const body = t.body();
      const first = await t.buy(payment, { body });
      t.paid(first);

      const otherCase = {
        ...authorization,
        nonce: upperHex(authorization.nonce),
        from: upperHex(authorization.from),
        to: authorization.to.toLowerCase(),
      };
      const sameProof = [
        t.v2({ signature, authorization: otherCase }),
        reversed({ ...payment, payload: reversed({ signature, authorization: reversed(authorization) }) }),
        JSON.stringify(payment, null, 4),
      ];
      for (const again of sameProof) t.replay(await t.buy(again, { body }), first);

      const otherProof = [
        t.v2({ signature: malleated(signature), authorization }),
        t.v2({ signature: compact(signature), authorization }),
        t.v2({ signature: `${signature}00`, authorization }),
      ];
      for (const again of otherProof) {
        const answer = await t.buy(again, { body });
        t.status(answer, 200, 400, 402, 409);
        if (answer.status === 200) t.replay(answer, first);
      }
      const urlAlphabet = Buffer.from(JSON.stringify({ ...payment, extensions: { x: '???>>>' } })).toString('base64url');
      const answer = await t.buyers.send({
        path: CANONICAL,
        body,
        headers: { 'PAYMENT-SIGNATURE': urlAlphabet },
      });
      t.status(answer, 200, 400);
    },
  },
  {
    title: 'two encodings of one payment at once: one use',
    moves: 1,
    upstream: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const { signature, authorization } = payment.payload;
      const body = t.magic('slow/700');
      const other = t.v2({ signature, authorization: { ...authorization, nonce: upperHex(authorization.nonce) } });
      const answers = await Promise.all([t.buy(payment, { body }), t.buy(other, { body })]);
      for (const answer of answers) t.status(answer, 200, 409, 503);
      t.ok(answers.some(({ status }) => status === 200), 'no copy was answered');
    },
  },
  {
    title: 'the same payment as v2 and then as v1: one use',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payload = await t.sign();
      const body = t.body();
      const first = await t.buy(t.v2(payload), { body });
      t.paid(first);
      t.replay(await t.buy(t.v1(payload), { body, header: 'X-PAYMENT' }), first);
    },
  },
  {
    title: 'a payment that names another service of this host; it stays good for its own',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      const payload = await t.sign();
      const body = t.body();
      const elsewhere = { ...t.terms.resource, url: `${t.tollroute.url}/api/tools/another-service` };
      const answer = await t.buy(t.v2(payload, { resource: elsewhere }), { body });
      t.refused(answer);
      t.ok([answer.error, answer.reason].includes('resource_mismatch'), 'the word is not resource_mismatch');
      t.paid(await t.buy(t.v2(payload), { body }));
    },
  },
  {
    title: 'canonical path, then the alias with the same payment: one use',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.body();
      const first = await t.buy(payment, { body });
      t.paid(first);
      t.replay(await t.buy(payment, { body, path: ALIAS }), first);
    },
  },
  {
    title: 'the same payment with another body, while in flight and afterwards',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const slow = t.buy(payment, { body: t.magic('slow/1200') });
      await t.sleep(500);
      t.status(await t.buy(payment, { body: t.body() }), 409);
      t.paid(await slow);
      t.status(await t.buy(payment, { body: t.body() }), 409);
    },
  },
  {
    title: 'accepted.amount lowered, the signature agrees with it',
    verify: 0,
    async run(t) {
      const payload = await t.sign({ value: '1' });
      t.refused(await t.buy(t.v2(payload, { accepted: t.accepted({ amount: '1' }) }), { body: t.body() }));
    },
  },
  {
    title: 'authorization.value one unit lower, one unit higher',
    verify: 0,
    async run(t) {
      for (const value of ['199999', '200001']) t.refused(await t.buy(await t.payment({ value }), { body: t.body() }));
      t.refused(await t.buy(t.v1(await t.sign({ value: '199999' })), { body: t.body(), header: 'X-PAYMENT' }));
    },
  },
  {
    title: 'payTo swapped in accepted; authorization.to swapped',
    verify: 0,
    async run(t) {
      const to = t.accounts.alice.address;
      t.refused(await t.buy(t.v2(await t.sign({ to }), { accepted: t.accepted({ payTo: to }) }), { body: t.body() }));
      t.refused(await t.buy(t.v2(await t.sign(), { accepted: t.accepted({ payTo: to }) }), { body: t.body() }));
      t.refused(await t.buy(t.v2(await t.sign({ to })), { body: t.body() }));
    },
  },
  {
    title: 'asset: a lookalike token, an account',
    verify: 0,
    async run(t) {
      for (const asset of [t.chain.smartWallet, t.accounts.alice.address]) {
        const payload = await t.sign({ asset });
        t.refused(await t.buy(t.v2(payload, { accepted: t.accepted({ asset }) }), { body: t.body() }));
      }
    },
  },
  {
    title: 'asset and payTo in other letter case are the same addresses',
    moves: 2,
    upstream: 2,
    async run(t) {
      const { asset, payTo } = t.terms.accepts[0];
      const spellings = [
        { asset: asset.toLowerCase(), payTo: payTo.toLowerCase() },
        { asset: upperHex(asset), payTo: upperHex(payTo) },
      ];
      for (const spelling of spellings) {
        t.paid(await t.buy(t.v2(await t.sign(), { accepted: t.accepted(spelling) }), { body: t.body() }));
      }
    },
  },
  {
    title: 'network: mainnet, a name in v2, another name in v1',
    verify: 0,
    async run(t) {
      const payload = await t.sign({ domain: { chainId: 8453 } });
      for (const network of ['eip155:8453', 'eip155:084532', 'base-sepolia', 'solana:mainnet']) {
        t.refused(await t.buy(t.v2(payload, { accepted: t.accepted({ network }) }), { body: t.body() }));
      }
      t.refused(await t.buy(t.v1(payload, { network: 'base' }), { body: t.body(), header: 'X-PAYMENT' }));
    },
  },
  {
    title: 'scheme: upto, unknown, an array, an object',
    verify: 0,
    async run(t) {
      const payload = await t.sign();
      for (const scheme of ['upto', 'EXACT', 'nothing', ['exact'], { exact: true }]) {
        t.failed(await t.buy(t.v2(payload, { accepted: t.accepted({ scheme }) }), { body: t.body() }), 402, 400);
      }
    },
  },
  {
    title: 'accepted.extra or maxTimeoutSeconds tampered with',
    verify: 0,
    async run(t) {
      const payload = await t.sign();
      const { extra } = t.terms.accepts[0];
      const tampered = [
        { extra: { ...extra, name: 'USD Coin' } },
        { extra: { ...extra, version: '2' } },
        { extra: {} },
        { maxTimeoutSeconds: 86400 },
      ];
      for (const change of tampered) {
        t.refused(await t.buy(t.v2(payload, { accepted: t.accepted(change) }), { body: t.body() }));
      }
    },
  },
  {
    title: 'validBefore: long past, just past, too soon for the work and the settlement',
    verify: 0,
    async run(t) {
      const now = Math.floor(Date.now() / 1000);
      for (const validBefore of [1, now - 1, now + 3]) {
        t.refused(await t.buy(await t.payment({ validBefore: `${validBefore}` }), { body: t.body() }));
      }
    },
  },
  {
    title: 'validAfter in the future',
    verify: 0,
    async run(t) {
      const validAfter = `${Math.floor(Date.now() / 1000) + 200}`;
      t.refused(await t.buy(await t.payment({ validAfter }), { body: t.body() }));
    },
  },
  {
    title: 'nonce: zero, 31 bytes, 33 bytes, no hex, missing',
    verify: 0,
    async run(t) {
      const { signature, authorization } = await t.sign({ nonce: `0x${'00'.repeat(32)}` });
      const nonces = [authorization.nonce, `0x${'ab'.repeat(31)}`, `0x${'ab'.repeat(33)}`, `0x${'zz'.repeat(32)}`, undefined];
      for (const nonce of nonces) {
        const payment = t.v2({ signature, authorization: { ...authorization, nonce } });
        t.failed(await t.buy(payment, { body: t.body() }), 402, 400);
      }
    },
  },
  {
    title: 'versions mixed: v1 object in the v2 header and the reverse, 99, "2", none',
    verify: 0,
    async run(t) {
      const payload = await t.sign();
      const body = t.body();
      t.failed(await t.buy(t.v1(payload), { body }), 400);
      t.failed(await t.buy(t.v2(payload), { body, header: 'X-PAYMENT' }), 400);
      for (const x402Version of [99, '2', undefined]) {
        t.failed(await t.buy(t.v2(payload, { x402Version }), { body }), 400);
      }
      t.failed(await t.buy(t.v1(payload, { x402Version: 99 }), { body, header: 'X-PAYMENT' }), 400);
    },
  },
  {
    title: 'resource.url of another host, javascript:, no string; it stays good',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      const payload = await t.sign();
      const body = t.body();
      const urls = [
        'https://evil.example.org/api/tools/masked-face-comparison',
        `${t.tollroute.url}.evil.example.org/api/tools/masked-face-comparison`,
        'javascript:alert(1)//interop',
      ];
      for (const url of urls) {
        const answer = await t.buy(t.v2(payload, { resource: { ...t.terms.resource, url } }), { body });
        t.refused(answer);
        t.ok([answer.error, answer.reason].includes('resource_mismatch'), 'the word is not resource_mismatch');
        t.ok(!/evil|javascript/.test(answer.text + JSON.stringify(answer.demand)), 'the foreign URL is echoed');
      }
      t.failed(await t.buy(t.v2(payload, { resource: { url: false } }), { body }), 402, 400);
      t.paid(await t.buy(t.v2(payload), { body }));
    },
  },
  {
    title: "signature: zero, random, another signer's, ERC-1271 and ERC-6492 blobs",
    async run(t) {
      const { authorization, signature } = await t.sign();
      const stranger = await t.sign({ signer: t.accounts.bob });
      const random = (bytes) => `0x${randomBytes(bytes).toString('hex')}`;
      const factory = serializeErc6492Signature({ address: t.chain.smartWallet, data: '0x12345678', signature });
      for (const wrong of [`0x${'00'.repeat(65)}`, `${random(64)}1b`, random(130), factory]) {
        t.refused(await t.buy(t.v2({ signature: wrong, authorization }), { body: t.body() }));
      }
      t.refused(await t.buy(t.v2(stranger), { body: t.body() }), 'invalid_exact_evm_signature');
      for (const wrong of ['0x', 'no signature', undefined]) {
        t.failed(await t.buy(t.v2({ signature: wrong, authorization }), { body: t.body() }), 402, 400);
      }
    },
  },
  {
    title: "somebody else's settled payment with an invented signature: no answer",
    moves: 1,
    upstream: 1,
    settle: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.body();
      t.paid(await t.buy(payment, { body }));
      // Payer and nonce are public on the chain; only the signature shows who asks.
      const { authorization } = payment.payload;
      const thief = t.v2({ signature: `0x${randomBytes(64).toString('hex')}1b`, authorization });
      t.status(await t.buy(thief, { body }), 400, 402, 409);
    },
  },
  {
    title: 'a payer without money',
    verify: 1,
    settle: 0,
    async run(t) {
      const payment = await t.payment({ account: t.accounts.erin });
      t.refused(await t.buy(payment, { body: t.body() }), 'invalid_exact_evm_insufficient_balance');
    },
  },
  {
    title: 'a payer who moves his money away between verify and settle',
    upstream: 1,
    verify: 1,
    async run(t) {
      const { frank, outsider } = t.accounts;
      const balance = await t.chain.balanceOf(frank.address);
      t.fault('verify', faults.after(() => t.chain.transfer(frank, outsider.address, balance)));
      const answer = await t.buy(await t.payment({ account: frank }), { body: t.body() });
      t.refused(answer, 'invalid_exact_evm_insufficient_balance');
      t.is(answer.settlement?.success, false, 'success in PAYMENT-RESPONSE');
    },
  },
  {
    title: 'amounts: 2^256, negative, exponent, hex, decimals, leading zero, number, empty',
    verify: 0,
    async run(t) {
      const { signature, authorization } = await t.sign();
      const amounts = [`${2n ** 256n}`, '-200000', '2e5', '0x30d40', '200000.0', '0200000', ' 200000', '+200000', '', 200000];
      for (const value of amounts) {
        t.failed(await t.buy(t.v2({ signature, authorization: { ...authorization, value } }), { body: t.body() }), 400);
      }
      for (const amount of [...amounts, null]) {
        const payment = t.v2({ signature, authorization }, { accepted: t.accepted({ amount }) });
        t.failed(await t.buy(payment, { body: t.body() }), 400, 402);
      }
    },
  },
  {
    title: 'duplicate keys in the payment',
    verify: 0,
    async run(t) {
      const text = JSON.stringify(await t.payment());
      const twice = [
        text.replace('"x402Version":2', '"x402Version":2,"x402Version":2'),
        text.replace('"value":"200000"', '"value":"1","value":"200000"'),
        text.replace('"accepted":', '"accepted":{},"accepted":'),
        text.replace('"amount":"200000"', '"amount":"1","amount":"200000"'),
      ];
      for (const duplicate of twice) {
        t.ok(duplicate !== text, 'the payment holds nothing to write twice');
        t.failed(await t.buy(duplicate, { body: t.body() }), 400);
      }
    },
  },
  {
    title: 'NaN, Infinity, comments, trailing comma, trailing bytes, two documents, no object',
    verify: 0,
    async run(t) {
      const text = JSON.stringify(await t.payment());
      const wrong = [
        text.replace('"x402Version":2', '"x402Version":NaN'),
        text.replace('"x402Version":2', '"x402Version":Infinity'),
        text.replace('{', '{/* two */'),
        text.replace(/}$/, ',}'),
        `${text}x`,
        text + text,
        '[]',
        'null',
        '"text"',
        '{}',
      ];
      for (const broken of wrong) t.failed(await t.buy(broken, { body: t.body() }), 400);
    },
  },
  {
    title: 'the header is no base64, has blanks in it, UTF-16 or a BOM inside',
    verify: 0,
    async run(t) {
      const payment = await t.payment();
      const text = JSON.stringify(payment);
      const good = encode(text);
      const headers = [
        'no base64 at all!',
        `${good.slice(0, 40)} ${good.slice(40)}`,
        `${good}====`,
        Buffer.from(text, 'utf16le').toString('base64'),
        encode(`\ufeff${text}`),
      ];
      for (const header of headers) {
        const answer = await t.buyers.send({ path: CANONICAL, body: t.body(), headers: { 'PAYMENT-SIGNATURE': header } });
        t.failed(answer, 400);
      }
    },
  },
  {
    title: 'a payment of 20 KB, a header of 1 MB',
    verify: 0,
    // The server may refuse such headers before any route sees them.
    plain: true,
    async run(t) {
      for (const size of [20_000, 1_000_000]) {
        const payment = { ...(await t.payment()), extensions: { x: { info: 'x'.repeat(size) } } };
        const answer = await t.buy(payment, { body: t.body() }).catch(({ code }) => ({ status: code }));
        t.status(answer, 400, 431, 'ECONNRESET', 'EPIPE');
      }
    },
  },
  {
    title: 'base64 without padding, base64 in the URL alphabet: one rule, at most one use',
    async run(t) {
      const payment = await t.payment();
      const body = t.body();
      const spellings = [
        encode({ ...payment, extensions: { x: '?>?>?>' } }).replaceAll('+', '-').replaceAll('/', '_'),
        encode(`${JSON.stringify(payment)} `.padEnd(3001)).replace(/=+$/, ''),
      ];
      let uses = 0;
      for (const header of spellings) {
        const answer = await t.buyers.send({ path: CANONICAL, body, headers: { 'PAYMENT-SIGNATURE': header } });
        t.status(answer, 200, 400);
        if (answer.status === 200) uses = 1;
      }
      t.expect({ moves: uses, upstream: uses });
    },
  },
  {
    title: "payment-identifier: same payment, another payment, another payer's",
    async run(t) {
      const declared = t.terms.extensions?.['payment-identifier'];
      t.ok(declared, 'payment-identifier is not offered');
      const id = `interop_${randomBytes(12).toString('hex')}`;
      const extensions = { 'payment-identifier': { ...declared, info: { ...declared?.info, id } } };
      const body = t.body();

      const payment = t.v2(await t.sign(), { extensions });
      const first = await t.buy(payment, { body });
      t.paid(first);
      t.replay(await t.buy(payment, { body }), first);
      const fresh = t.v2(await t.sign(), { extensions });
      t.replay(await t.buy(fresh, { body }), first);
      t.status(await t.buy(fresh, { body: t.body() }), 409);
      const forged = t.v2(await t.sign({ signer: t.accounts.bob }), { extensions });
      t.refused(await t.buy(forged, { body }), 'invalid_exact_evm_signature');

      const foreign = await t.buy(t.v2(await t.sign({ account: t.accounts.bob }), { extensions }), { body: t.body() });
      t.status(foreign, 200, 409);
      t.ok(!foreign.replayed, "another payer was given the first one's answer");
      const bought = foreign.status === 200 ? 2 : 1;
      t.expect({ moves: bought, upstream: bought, settle: bought });
    },
  },
  {
    title: '@x402/fetch, called again with the same identifier, signs anew and gets the answer that was paid before',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 1,
    async run(t) {
      const body = t.body();
      const paymentId = `interop_${randomBytes(12).toString('hex')}`;
      const first = await t.buyers.fetchV2(t.accounts.alice, CANONICAL, body, { paymentId });
      t.paid(first);
      t.replay(await t.buyers.fetchV2(t.accounts.alice, CANONICAL, body, { paymentId }), first);
    },
  },
  {
    title: 'the authorization was submitted by a third party before: owed, and its wallet takes a token for it',
    moves: 1,
    upstream: 1,
    verify: 1,
    settle: 0,
    async run(t) {
      const payment = await t.payment();
      const { from: payer, nonce } = payment.payload.authorization;
      const { transactionHash } = await t.chain.submit(t.accounts.outsider, payment.payload);
      t.outside(transactionHash);
      const owed = await t.buy(payment, { body: t.body() });
      t.status(owed, 409);
      t.is([owed.error, owed.charged], ['refund_due', 'yes'], 'what is said');

      const claim = (more = {}) => t.buyers.send({ path: '/api/credits', body: { payer, nonce, ...more }, plain: true });
      const { message, until } = (await claim()).json;
      const signature = (account) => account.signMessage({ message });
      const stranger = await claim({ until, signature: await signature(t.accounts.bob) });
      t.ok(stranger.status >= 400 && !stranger.text.includes('tok_'), 'a stranger got the token');
      const credit = await claim({ until, signature: await signature(t.accounts.alice) });
      t.status(credit, 201);
      t.paid(await t.spend(credit.json?.token));
    },
  },
  {
    title: 'a third party submits it between verify and settle: the seller is paid, the buyer gets his answer',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      let submitted;
      const payment = await t.payment();
      t.fault('settle', faults.before(() => (submitted ??= t.chain.submit(t.accounts.outsider, payment.payload))));
      const body = t.body();
      const answer = await t.buy(payment, { body });
      t.status(answer, 200, 503);
      if (answer.status === 503) await t.finish(payment, { body });
    },
  },
  {
    title: 'the payer cancels it between verify and settle: refused, nobody is charged',
    upstream: 1,
    verify: 1,
    async run(t) {
      let cancelled;
      const { alice } = t.accounts;
      const payment = await t.payment();
      const { nonce } = payment.payload.authorization;
      t.fault('settle', faults.before(() => (cancelled ??= t.chain.cancel(alice, nonce))));
      const body = t.body();
      let answer = await t.buy(payment, { body });
      t.status(answer, 402, 503);
      for (let i = 0; i < 10 && answer.status !== 402; i++) {
        await t.sleep(1000);
        answer = await t.buy(payment, { body });
      }
      t.refused(answer);
    },
  },
  {
    title: 'a token and a payment; the payment stays good',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      const payment = await t.payment();
      const body = t.body();
      const both = await t.buy(payment, { body, headers: { 'X-Payment-Token': 'tok_0123456789abcdef0123456789abcdef' } });
      t.failed(both, 400);
      t.is(both.error, 'multiple_payment_methods', 'error');
      t.paid(await t.buy(payment, { body }));
    },
  },
  {
    title: 'PAYMENT-SIGNATURE and X-PAYMENT; the payment stays good',
    moves: 1,
    upstream: 1,
    verify: 1,
    async run(t) {
      const payload = await t.sign();
      const body = t.body();
      const both = await t.buy(t.v2(payload), { body, headers: { 'X-PAYMENT': encode(t.v1(payload)) } });
      t.failed(both, 400);
      t.is(both.error, 'multiple_payment_methods', 'error');
      t.paid(await t.buy(t.v2(payload), { body }));
    },
  },
  {
    title: 'the payment header twice, or two in one with a comma',
    verify: 0,
    async run(t) {
      const one = encode(await t.payment());
      const other = encode(await t.payment());
      for (const value of [[one, one], [one, other], `${one},${other}`, `${one}, ${one}`]) {
        t.failed(
          await t.buyers.send({ path: CANONICAL, body: t.body(), headers: { 'PAYMENT-SIGNATURE': value } }),
          400,
        );
      }
      const v1 = encode(t.v1(await t.sign()));
      t.failed(await t.buyers.send({ path: CANONICAL, body: t.body(), headers: { 'X-PAYMENT': [v1, v1] } }), 400);
    },
  },
];

async function fiftyCopies(t, body) {
  const payment = await t.payment();
  const answers = await Promise.all(Array.from({ length: 50 }, () => t.buy(payment, { body })));
  const good = answers.filter(({ status }) => status === 200);
  t.ok(good.length >= 1, 'no copy was answered');
  for (const answer of answers) {
    t.status(answer, 200, 409, 503);
    if (answer.status === 409) t.ok(answer.headers['retry-after'], '409 in flight without Retry-After');
  }
  for (const answer of good) t.is(answer.json.data, good[0].json.data, 'the data of a copy');
  t.replay(await t.buy(payment, { body }), good[0]);
}
