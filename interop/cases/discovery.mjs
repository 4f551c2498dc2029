import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as agentcash from '@agentcash/discovery';
import { Validator } from '@seriousme/openapi-schema-validator';

const mppx = fileURLToPath(new URL('../node_modules/.bin/mppx', import.meta.url));

/** Services of a shop beyond which AgentCash would like to see them grouped; a shop has as many as it has. */
const OF_SIZE = 'L2_ROUTE_COUNT_HIGH';

const BAZAAR = 'extensions.bazaar.';

const PROBED = 5;

const json = async (t, path) => {
  const answer = await fetch(`${t.tollroute.url}${path}`);
  t.is(answer.status, 200, `the status of ${path}`);
  return answer.json();
};

const tools = (document) => Object.entries(document.paths).filter(([, { post }]) => post?.['x-payment-info']);

/** A service in so many, evenly, so that a large shop does not take long. */
const some = (all, count) => all.filter((_, i) => i % Math.ceil(all.length / count) === 0);

const free = { verify: 0, settle: 0 };

export const discovery = [
  {
    ...free,
    title: 'an OpenAPI 3.1 validator finds nothing wrong in /openapi.json',
    async run(t) {
      const document = await json(t, '/openapi.json');
      const { valid, errors } = await new Validator().validate(structuredClone(document));
      t.ok(valid, `not valid: ${JSON.stringify(errors)?.slice(0, 500)}`);
      t.is(document.openapi, '3.1.0', 'version');
      t.note(`${tools(document).length} services, ${Object.keys(document.paths).length} paths`);
    },
  },
  {
    ...free,
    title: '@agentcash/discovery finds every service, paid and priced, and complains of nothing',
    async run(t) {
      const { url } = t.tollroute;
      const document = await json(t, '/openapi.json');
      const expected = tools(document).map(([path]) => path);
      const found = await agentcash.discoverOriginSchema({ target: url, guidance: agentcash.GuidanceMode.Always });
      t.ok(found.found, `not found: ${JSON.stringify(found).slice(0, 300)}`);
      const paid = found.endpoints.filter(({ authMode }) => authMode === 'paid');
      t.is(paid.map(({ path }) => path), expected, 'what it takes for paid');
      for (const { path, price, protocols } of paid) {
        const { amount, currency } = document.paths[path].post['x-payment-info'].price;
        t.is(price, `${amount} ${currency}`, `the price of ${path}`);
        t.is(protocols, ['x402'], `the protocols of ${path}`);
      }
      t.ok(found.guidance?.length > 100, 'it finds no guidance');
      t.is(found.endpoints.filter(({ authMode }) => !authMode), [], 'of which it does not know whether they are free');

      const openApi = (await agentcash.getOpenAPI(url)).unwrapOr(null);
      const warnings = [
        ...agentcash.getWarningsForOpenAPI(openApi),
        ...agentcash.getWarningsForL2(agentcash.checkL2ForOpenAPI(openApi)),
        ...agentcash.getWarningsForL4(agentcash.checkL4ForOpenAPI(openApi)),
        ...(await agentcash.getWarningsForFavicon(url)).unwrapOr([]),
      ];
      for (const path of expected) {
        warnings.push(...agentcash.getWarningsForL3(agentcash.getL3ForOpenAPI(openApi, path, 'POST')));
      }
      t.is(warnings.filter(({ code }) => code !== OF_SIZE), [], 'what it complains of');
    },
  },
  {
    ...free,
    title: '@agentcash/discovery checks a service where it stands, and the 402 says what the document says',
    async run(t) {
      const document = await json(t, '/openapi.json');
      for (const [path, { post }] of some(tools(document), PROBED)) {
        const checked = await agentcash.checkEndpointSchema({ url: `${t.tollroute.url}${path}`, probe: true });
        t.ok(checked.found, `${path} is not found`);
        const [probe] = checked.advisories.filter(({ method }) => method === 'POST');
        t.is(probe?.authMode, 'paid', `${path}: what it is taken for`);
        const [accepted] = post['x-payment-info'].protocols[0].x402.accepts;
        const { amount, network, asset, payTo } = probe?.paymentOptions?.[0] ?? {};
        const { amount: a, network: n, asset: c, payTo: p } = accepted;
        t.is({ amount, network, asset, payTo }, { amount: a, network: n, asset: c, payTo: p }, `${path}: the terms`);
        const complaints = agentcash.getWarningsForL3(probe);
        const moved = !probe?.paymentRequiredBody?.extensions?.bazaar;
        if (moved) t.note(`${path}: no room for bazaar in the header, which is all that it reads`);
        t.is(complaints.filter(({ path }) => !(moved && path?.startsWith(BAZAAR))), [], `${path}: what it complains of`);
      }
    },
  },
  {
    ...free,
    title: 'mppx validate finds document, texts and challenges, and nothing that fails',
    async run(t) {
      const { stdout } = await promisify(execFile)(mppx, ['validate', t.tollroute.url, '--output-json'], {
        env: { PATH: process.env.PATH, HOME: t.directory },
        maxBuffer: 64 << 20,
        timeout: 120_000,
      });
      const { discovery: found, endpoints, summary } = JSON.parse(stdout);
      t.ok(found.found && found.valid, `the document: ${JSON.stringify(found).slice(0, 300)}`);
      t.is(summary.failed, 0, `failed (${stdout.slice(0, 1000)})`);
      t.is(summary.warnings, 0, 'warnings');
      t.is(summary.suggested ?? 0, 0, 'suggestions');
      t.is(endpoints.length, tools(await json(t, '/openapi.json')).length, 'services that it asked');
    },
  },
  {
    ...free,
    title: 'the functions are what the strict mode of OpenAI takes',
    async run(t) {
      const { tools: functions, calls } = await json(t, '/api/catalog/openai-functions.json');
      const document = await json(t, '/openapi.json');
      const named = tools(document).map(([, { post }]) => post.operationId);
      t.is(functions.map((each) => each.function.name), named, 'names');
      for (const { type, function: { name, description, strict, parameters, ...others } } of functions) {
        t.is([type, others], ['function', {}], `${name}: what else it says`);
        t.ok(/^[a-zA-Z0-9_-]{1,64}$/.test(name) && description.length <= 1024, `${name}: name or description`);
        // what may be of any shape cannot be said strictly, and is said not to be
        if (strict) for (const wrong of wrongWithStrict(parameters, name)) t.ok(false, wrong);
        t.ok(document.paths[new URL(calls[name].url).pathname], `${name} is sent to where nothing is`);
      }
      const free = functions.filter((each) => !each.function.strict).map((each) => each.function.name);
      t.ok(free.length <= functions.length / 20, `not strict: ${free}`);
      t.note(`${functions.length} functions, not strict ${free.length}: ${free.join(', ')}`);
    },
  },
];

const KEYWORDS = {
  any: ['type', 'description', 'enum', 'anyOf', '$ref', '$defs'],
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['format', 'pattern'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  boolean: [],
  null: [],
};
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'];

/** By OpenAI's guide to structured outputs (supported schemas). */
function wrongWithStrict(schema, at, root = true) {
  const wrong = [];
  const types = [schema.type ?? []].flat();
  const allowed = [...KEYWORDS.any, ...types.flatMap((type) => KEYWORDS[type] ?? [])];
  for (const key of Object.keys(schema)) if (!allowed.includes(key)) wrong.push(`${at}: ${key} is not supported`);
  if (root && schema.type !== 'object') wrong.push(`${at}: the root is no object`);
  if (!types.length && !schema.anyOf && !schema.$ref && !schema.enum) wrong.push(`${at}: has no type`);
  if (schema.format && !FORMATS.includes(schema.format)) wrong.push(`${at}: format ${schema.format}`);
  if (types.includes('object')) {
    const names = Object.keys(schema.properties ?? {});
    if (schema.additionalProperties !== false) wrong.push(`${at}: is open`);
    if (names.some((name) => !schema.required?.includes(name))) wrong.push(`${at}: not all is required`);
  }
  if (types.includes('array') && !schema.items) wrong.push(`${at}: a list of what`);
  const within = { ...schema.properties, ...schema.$defs, ...schema.anyOf, ...(schema.items && { items: schema.items }) };
  for (const [name, each] of Object.entries(within)) wrong.push(...wrongWithStrict(each, `${at}.${name}`, false));
  return wrong;
}
