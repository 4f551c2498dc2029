import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const { dependencies, devDependencies } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'));
if (!Object.keys({ ...dependencies, ...devDependencies }).every((name) => existsSync(`${here}node_modules/${name}`))) {
  execFileSync('npm', ['ci'], { cwd: here, stdio: 'inherit', shell: process.platform === 'win32' });
}
await import('./lib/main.mjs');
