import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePorts, start, until } from '../lib/processes.mjs';
import { launchServe } from '../lib/tollroute.mjs';

const run = promisify(execFile);
const bench = fileURLToPath(new URL('../../bench/', import.meta.url));

/** With limits on, and the facilitator's time that is the default. */
const LIMITED = {
  TOLLROUTE_LIMITS: 'on',
  TOLLROUTE_X402_FACILITATOR_TIMEOUT_SECONDS: '30',
};

const WRONG_SETTINGS = 78;

let started = 0;

/** A `tollroute serve` with its limits on, and what can be seen of it from outside. */
async function startServe(t, settings = {}, attempts = 3) {
  const name = `attacked-${++started}`;
  const stage = { chain: t.chain, facilitatorUrl: t.proxy.url, sandbox: t.sandbox };
  const payTo = { TOLLROUTE_X402_PAY_TO: t.otherSeller() };
  const serve = await launchServe(name, t.directory, stage, { ...LIMITED, ...payTo, ...settings });
  try {
    await serve.ready();
  } catch (problem) {
    // somebody may have taken the port that was free a moment ago
    if (attempts > 1 && serve.child.exitCode === WRONG_SETTINGS) return startServe(t, settings, attempts - 1);
    throw problem;
  }
  return {
    ...serve,
    database: join(t.directory, `${name}.db`),
    ended: () => serve.child.exitCode !== undefined,
    resources: () => resources(serve.child.pid),
  };
}

/** Threads, files and memory (MB) of a process; of its heap what a full collection leaves. */
async function resources(pid) {
  const [, threads] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^Threads:\s+(\d+)/m);
  const [, resident] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+)/m);
  return {
    threads: Number(threads),
    files: readdirSync(`/proc/${pid}/fd`).length,
    resident: Math.round(Number(resident) / 1024),
    heap: await heap(pid),
  };
}

async function heap(pid) {
  const jcmd = join(dirname(readlinkSync(`/proc/${pid}/exe`)), 'jcmd');
  if (!existsSync(jcmd)) return 0;
  const ask = async (what) => (await run(jcmd, [`${pid}`, what], { timeout: 10_000 })).stdout;
  await ask('GC.run');
  const used = [...(await ask('GC.heap_info')).matchAll(/total \d+K, used (\d+)K/g)];
  return Math.round(used.reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0) / 1024);
}

/** Rows of all tables of an SQLite ledger, and its bytes; of a copy, for nobody else may open the ledger. */
export async function ledgerSize(database) {
  const folder = await mkdtemp(join(dirname(database), 'copy-'));
  const files = ['', '-wal'].map((end) => database + end).filter(existsSync);
  for (const file of files) await copyFile(file, join(folder, basename(file)));
  const count = `
import os, sqlite3, sys
ledger = sqlite3.connect(sys.argv[1])
ledger.execute("pragma wal_checkpoint(truncate)").fetchall()
tables = [name for (name,) in ledger.execute("select name from sqlite_master where type = 'table'")]
print(sum(ledger.execute('select count(*) from "' + name + '"').fetchone()[0] for name in tables), os.path.getsize(sys.argv[1]))`;
  const { stdout } = await run('python3', ['-c', count, join(folder, basename(database))]);
  const [rows, bytes] = stdout.split(' ').map(Number);
  return { rows, bytes };
}

/** One process. Buyers reach the shop at its `fronts`; its `processes` must survive. */
export async function oneShop(t, settings) {
  const serve = await startServe(t, settings);
  return { fronts: [serve], processes: [serve], stop: () => serve.stop() };
}

/** Two on one PostgreSQL, with nothing in front. */
export async function twoReplicas(t) {
  const postgres = await startPostgres(t);
  const [publicPort] = await freePorts(1);
  const settings = {
    TOLLROUTE_PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
    TOLLROUTE_X402_PAY_TO: t.otherSeller(),
    TOLLROUTE_DATABASE_URL: postgres.jdbcUrl,
    TOLLROUTE_DATABASE_USERNAME: 'postgres',
    TOLLROUTE_LEDGER_KEY: randomBytes(32).toString('base64'),
  };
  const first = await startServe(t, settings);
  const second = await startServe(t, settings);
  return {
    fronts: [first, second],
    processes: [first, second],
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
      await postgres.stop();
    },
  };
}

/** PostgreSQL's programs from Maven's repository, as the benchmark has them. */
async function startPostgres(t) {
  if (!existsSync(join(bench, 'java/target/bench.jar'))) {
    execFileSync('mvn', ['-q', '-B', '-f', join(bench, 'java/pom.xml'), 'package'], { stdio: 'inherit' });
  }
  const [port] = await freePorts(1);
  const classes = `${join(bench, 'java/target/bench.jar')}:${join(bench, 'java/target/lib')}/*`;
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin/java') : 'java';
  const child = start(
    'postgres',
    java,
    ['-XX:+UseSerialGC', '-Xmx384m', '-cp', classes, 'bench.Postgres', `${port}`, join(bench, 'java/target/postgres')],
    { directory: t.directory, env: { PATH: process.env.PATH, HOME: process.env.HOME }, hasChildren: true },
  );
  const url = `http://127.0.0.1:${port}`;
  const options = { timeoutMs: 120_000, child };
  await until('PostgreSQL', async () => (await fetch(url)).status === 404, options);
  const answer = await (await fetch(`${url}/create?attacked_${randomBytes(4).toString('hex')}`)).json();
  return { jdbcUrl: answer.url, stop: () => child.stop() };
}

// Debian keeps it where only root looks.
const searched = { PATH: `${process.env.PATH}:/usr/sbin` };
export const hasNginx = () => spawnSync('nginx', ['-v'], { env: searched }).status === 0;

/** One process behind nginx, which is the only address that the shop sees, and does not hold back bodies for it. */
export async function behindNginx(t) {
  const [port] = await freePorts(1);
  const serve = await startServe(t, {
    TOLLROUTE_HTTP_TRUSTED_PROXIES: '127.0.0.1',
    TOLLROUTE_PUBLIC_URL: `http://127.0.0.1:${port}`,
  });
  const folder = join(t.directory, `nginx-${port}`);
  await mkdir(folder, { recursive: true });
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off;
${process.getuid() === 0 ? `user ${userInfo().username};` : ''}
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 8192; }
http {
  access_log off;
${temp.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  large_client_header_buffers 8 32k;
  upstream shop { server 127.0.0.1:${serve.port}; keepalive 64; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://shop;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`,
  );
  const nginx = start('nginx', 'nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log'), '-p', folder], {
    directory: t.directory,
    env: searched,
    hasChildren: true,
  });
  const url = `http://127.0.0.1:${port}`;
  await until('nginx', async () => (await fetch(`${url}/docs/errors`)).status === 200, { timeoutMs: 20_000, child: nginx });
  return {
    fronts: [{ ...serve, port, url }],
    processes: [serve],
    async stop() {
      await nginx.stop();
      await serve.stop();
    },
  };
}

