import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conformance } from '../lib/mcp.mjs';

/** What the suite must find: `checks` that succeed, and those for which the server would need a tool of the suite's own. */
const expected = JSON.parse(readFileSync(new URL('../mcp/conformance.json', import.meta.url), 'utf8'));

const AT_ONCE = 3;

export const conformanceCases = Object.entries(expected).map(([version, { passes, doesNotApply }]) => ({
  title: `the official suite, ${version}: ${Object.keys(passes).length} scenarios`,
  verify: 0,
  settle: 0,
  async run(t) {
    const { stdout } = await conformance(t.directory, 'list', '--server', '--spec-version', version);
    const known = [...stdout.matchAll(/^ {2}- (\S+) \[/gm)].map(([, scenario]) => scenario);
    const listed = [...Object.keys(passes), ...Object.keys(doesNotApply)];
    for (const scenario of known) t.ok(listed.includes(scenario), `${scenario} is not in conformance.json`);
    for (const scenario of listed) t.ok(known.includes(scenario), `the suite has no scenario ${scenario}`);

    const waiting = Object.entries(passes);
    let checks = 0;
    async function work() {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const passed = await scenario(t, version, ...next);
        checks += passed;
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    t.note(`${Object.keys(passes).length} scenarios, ${checks} checks passed`);
  },
}));

async function scenario(t, version, name, { checks, untestable = 0 }) {
  const directory = join(t.directory, `conformance-${version}-${name}`);
  await mkdir(directory);
  const options = ['--url', `${t.tollroute.url}/mcp`, '--scenario', name, '--spec-version', version, '-o', directory];
  const { exit, stderr } = await conformance(directory, 'server', ...options);
  const files = (await readdir(directory, { recursive: true })).filter((file) => file.endsWith('checks.json'));
  if (!files.length) {
    t.ok(false, `${name} did not run: exit ${exit} ${stderr.slice(-200)}`);
    return 0;
  }
  const results = JSON.parse(await readFile(join(directory, files[0]), 'utf8'));
  const passed = results.filter(({ status }) => status === 'SUCCESS').length;
  const wrong = results.filter(({ status, details }) => ['FAILURE', 'WARNING'].includes(status) && !details?.untestable);
  const unseen = results.filter(({ details }) => details?.untestable);
  for (const { id, status, errorMessage } of wrong) t.ok(false, `${name}: ${id} ${status} ${errorMessage ?? ''}`);
  t.ok(passed >= checks, `${name}: ${passed} checks passed, not ${checks}`);
  t.ok(unseen.length <= untestable, `${name}: ${unseen.length} checks could not be made, not ${untestable}`);
  t.ok(exit === 0 || unseen.length || wrong.length, `${name}: exit ${exit}`);
  return passed;
}
