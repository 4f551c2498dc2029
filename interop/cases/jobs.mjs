import { PRICE } from '../lib/chain.mjs';
import { encode } from '../lib/buyers.mjs';
import { clients } from '../lib/mcp.mjs';

const TOOL = 'video_shot_detection';
const PATH = '/api/tools/video-shot-detection';
const PATIENCE_MS = 60_000;

let videos = 0;
const body = (path = '/a.mp4') => ({ VideoUrl: `https://videos-${++videos}.example.com${path}` });

const of = (job) => new URL(job.url).pathname;

/** A job that goes on, as it is told over HTTP and MCP alike. */
function goesOn(t, { status, json, settlement }) {
  t.is(status, 202, `the status (${JSON.stringify(json)?.slice(0, 300)})`);
  t.is(settlement, undefined, 'a receipt of what is not paid');
  t.is(json.charged, 'no', 'charged');
  const job = json.data?.job;
  t.ok(/^job_[\w-]{43}$/.test(job?.id), `the name of the job is ${job?.id}`);
  t.is(job.state, 'working', 'state');
  t.ok(job.retryAfterSeconds > 0 && Date.parse(job.until) > Date.now(), 'when to ask, and until when');
  return job;
}

function answered(t, { status, json }) {
  t.is(status, 200, `the status (${JSON.stringify(json)?.slice(0, 300)})`);
  t.is(json.data?.Action, 'DetectVideoShot', 'the action');
  t.ok(Array.isArray(json.data?.Result?.ShotFrameIds), 'no result');
}

/** Asks until it has ended. */
async function ended(t, ask, pause) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer.status !== 202 || Date.now() > until) return answer;
    await t.sleep(pause * 1000);
  }
}

const usual = { plain: true, upstream: 1, verify: 1, settle: 1 };

/** Buys with `waitSeconds: 0`, is given a job, and asks `job_status`; the client holds every result against the tool's output schema. */
function overMcp(name) {
  return {
    ...usual,
    title: `${name}: a tool that answers with a job, and job_status with its answer`,
    moves: 1,
    async run(t) {
      const mcp = await t.mcp(name);
      const listed = await mcp.tools();
      const tool = listed.find((one) => one.name === TOOL);
      t.ok(tool?.inputSchema.properties.waitSeconds, 'the tool does not say how to wait');
      t.ok(listed.some((one) => one.name === 'job_status'), 'job_status is not listed');
      const args = { ...body(), waitSeconds: 0 };
      const { demand } = await mcp.tool(TOOL, args);
      const payment = await t.buyers.payFor(t.accounts.bob, demand);
      const meta = { 'x402/payment': payment };

      const job = goesOn(t, await mcp.tool(TOOL, args, meta));
      t.is(await t.moved(), 0n, 'moved before there is an answer');
      const again = goesOn(t, await mcp.tool(TOOL, args, meta));
      t.is(again.id, job.id, 'the job of the same call');
      const told = await ended(t, () => mcp.tool('job_status', { jobId: job.id, waitSeconds: 5 }), 0.2);

      answered(t, told);
      t.is(await t.moved(), PRICE, 'moved for the answer');
      const replay = await mcp.tool(TOOL, args, meta);
      answered(t, replay);
      t.ok(replay.replayed && replay.settlement?.success, 'the answer again, with its receipt');
      t.is(replay.json, told.json, 'the answer of the call, compared with that of job_status');
      const none = await mcp.tool('job_status', { jobId: `job_${'A'.repeat(43)}`, waitSeconds: 0 });
      t.is([none.tool.isError, none.error], [true, 'unknown_job'], 'a job that there is not');
    },
  };
}

/** Work that goes on after the call that began it. */
export const jobs = [
  {
    ...usual,
    title: '@x402/fetch buys a job: 202, then GET until the answer is there, free',
    moves: 1,
    async run(t) {
      const begun = await t.buyers.fetchV2(t.accounts.alice, PATH, body());
      const job = goesOn(t, begun);
      t.is(begun.headers.location, job.url, 'Location');
      t.ok(Number(begun.headers['retry-after']) > 0, 'no Retry-After');
      t.is(await t.moved(), 0n, 'moved before there is an answer');

      const ask = () => t.buyers.send({ path: of(job), method: 'GET' });
      const answer = await ended(t, ask, job.retryAfterSeconds / 4);

      answered(t, answer);
      t.ok(answer.settlement?.success, 'no receipt');
      t.is(await t.moved(), PRICE, 'moved for the answer');
      t.is((await ask()).text, answer.text, 'the answer, asked for again');
      t.is(await t.moved(), 0n, 'moved by asking again');
    },
  },
  {
    ...usual,
    title: '@x402/fetch waits for a job: Prefer: wait, and the answer comes at once',
    moves: 1,
    async run(t) {
      const answer = await t.buyers.fetchV2(t.accounts.alice, PATH, body(), { headers: { prefer: 'wait=50' } });
      answered(t, answer);
      t.ok(answer.settlement?.success, 'no receipt');
    },
  },
  {
    ...usual,
    title: 'a job that fails: not charged, and the same payment buys another one',
    moves: 1,
    upstream: 2,
    verify: 2,
    async run(t) {
      const terms = (await t.buyers.send({ path: PATH, body: body() })).demand;
      const signature = encode(await t.buyers.payFor(t.accounts.alice, terms));
      const headers = { 'PAYMENT-SIGNATURE': signature };
      const failing = body('/sandbox/job/PROCESS_FAILED');
      const job = goesOn(t, await t.buyers.send({ path: PATH, body: failing, headers }));
      const failed = await ended(t, () => t.buyers.send({ path: of(job), method: 'GET' }), 0.3);
      t.is([failed.status, failed.error, failed.charged], [502, 'provider_failed', 'no'], 'the end of the job');
      t.is(await t.moved(), 0n, 'moved for nothing');

      answered(t, await t.buyers.send({ path: PATH, body: body(), headers: { ...headers, Prefer: 'wait=50' } }));
    },
  },
  ...Object.keys(clients).map(overMcp),
];
