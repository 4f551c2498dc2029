import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { sandboxClients } from '../lib/clients.mjs';
import { command, environment, launchSandbox } from '../lib/tollroute.mjs';
import { startStandIn } from '../lib/stand-in.mjs';

const run = promisify(execFile);
const KEY = `0x${createHash('sha256').update('tollroute sandbox wallet').digest('hex')}`;
const SECRET = 'secret-of-the-stand-in';
const services = fileURLToPath(new URL('../../services', import.meta.url));

/** 0.01 USD in units of the token. */
const PRICE = 10_000n;

/** Documents that others have written and publish on npm, and how many services become of each. */
const documents = [
  { name: 'Scalar Galaxy, OpenAPI 3.1, YAML', file: '@scalar/galaxy/dist/3.1.yaml', services: 7 },
  { name: 'Petstore, OpenAPI 3.0, JSON', file: '@readme/oas-examples/3.0/json/petstore.json', services: 6 },
  { name: 'USPTO data sets, OpenAPI 3.0, YAML', file: '@readme/oas-examples/3.0/yaml/uspto.yaml', services: 3 },
  { name: 'Star Trek, OpenAPI 3.0, JSON', file: '@readme/oas-examples/3.0/json/star-trek.json', services: 120 },
  { name: 'Blockfrost, OpenAPI 3.0, YAML', file: '@blockfrost/openapi/openapi.yaml', services: 125 },
  { name: 'Dialogporten, OpenAPI 3.0, JSON', file: '@digdir/dialogporten-schema/swagger.verified.json', services: 24 },
  { name: 'Figma, OpenAPI 3.1, YAML', file: '@figma/rest-api-spec/openapi/openapi.yaml', services: 51 },
  { name: 'ReadMe, OpenAPI 3.1, JSON', file: '@readme/oas-examples/3.1/json/readme.json', services: 41, withoutExample: ['create-reference'] },
  { name: 'Requests with examples, OpenAPI 3.0, JSON', file: '@readme/oas-examples/3.0/json/request-examples.json', services: 11 },
  { name: 'Train Travel, OpenAPI 3.1, JSON', file: '@readme/oas-examples/3.1/json/train-travel.json', services: 6, options: ['--token'] },
];

/** Of each document so many services, from the first to the last. */
const MOST_CALLS = 12;

const read = async (file) => load(await readFile(file, 'utf8'));

export const imports = documents.map((wanted, number) => ({
  title: `${wanted.name}: imported by one command, and its operations sold against its own examples`,
  plain: true,
  async run(t) {
    const file = join(fileURLToPath(new URL('../node_modules', import.meta.url)), wanted.file);
    const standIn = await startStandIn(await read(file), SECRET);
    const home = join(t.directory, `import-${number}`);
    const out = join(home, 'services', 'imported');
    await mkdir(join(home, 'services'), { recursive: true });
    const tell = async (...args) => run(command, ['services', ...args], { env: environment({}), maxBuffer: 1 << 24 });
    const { stdout } = await tell('import', file, '--price', '0.01', '--base-url', standIn.url, '--out', out, ...(wanted.options ?? []));
    const files = (await readdir(out)).sort();
    t.is(files.length, wanted.services, `services of it (${stdout.slice(-400)})`);
    t.ok((await tell('validate', out)).stdout.includes(`${files.length} services, no problem`), 'they are not valid');

    const variables = [...stdout.matchAll(/environment of serve: (\w+)/g)].map(([, name]) => [name, SECRET]);
    await cp(services, join(home, 'services'), { recursive: true });
    const sandbox = await launchSandbox(`import-${number}`, t.directory, {
      TOLLROUTE_LIMITS: 'off',
      TOLLROUTE_LIMITS_ALONE_UNTIL_PAID: 'off',
      TOLLROUTE_SERVICES: join(home, 'services'),
      TOLLROUTE_HTTP_JSON_ALLOWED_HOSTS: new URL(standIn.url).host,
      ...Object.fromEntries(variables),
    });
    try {
      await sandbox.ready();
      const step = Math.max(1, Math.floor(files.length / MOST_CALLS));
      const some = files.filter((_, i) => i % step === 0).slice(0, MOST_CALLS);
      let sold = 0;
      for (const each of some) {
        const service = await read(join(out, each));
        const before = standIn.requests.length;
        const buy = sandboxClients({ url: sandbox.url, service: service.id, key: KEY, price: PRICE })['@x402/fetch'];
        const answer = await buy(service.exampleRequest);
        if (answer.code === '200') {
          sold++;
          t.is(standIn.requests.length - before, 1, `${service.id}: requests`);
          t.ok(answer.data !== null && typeof answer.data === 'object', `${service.id}: no data`);
        } else {
          t.note(`${service.id}: ${answer.code} ${answer.error} ${answer.reason ?? ''} ${standIn.refused.at(-1) ?? ''}`);
        }
      }
      // the document has a pattern and no text that meets it: refused, and not charged
      const refused = (wanted.withoutExample ?? []).filter((id) => some.includes(`${id}.yaml`));
      t.is(sold, some.length - refused.length, 'calls sold');
    } finally {
      await sandbox.stop();
      await standIn.close();
    }
  },
}));
