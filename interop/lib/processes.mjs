import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set();

/**
 * Starts a child in a process group of its own, so that a launcher script and the JVM behind it end together.
 * Its output goes to a file. One that has children in groups of their own is asked to end, also when this process ends;
 * it can tell by its standard input, too, which is ours.
 */
export function start(name, command, args, { directory, env, hasChildren = false }) {
  const logFile = join(directory, `${name}.log`);
  const log = createWriteStream(logFile);
  const child = spawn(command, args, { cwd: directory, env, detached: true, stdio: [hasChildren ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  const handle = {
    name,
    logFile,
    pid: child.pid,
    exitCode: undefined,
    exited: new Promise((resolve) => {
      const finish = (code) => {
        handle.exitCode = code;
        log.end();
        resolve(code);
      };
      child.once('error', (error) => {
        log.write(`${error}\n`);
        finish(127);
      });
      // 'close' rather than 'exit': the log must be complete before its tail is printed.
      child.once('close', (code, signal) => finish(code ?? signal));
    }),
    async stop() {
      signalGroup(child, 'SIGTERM');
      await Promise.race([handle.exited, sleep(8000, undefined, { ref: false })]);
      signalGroup(child, 'SIGKILL');
      running.delete(handle);
    },
    kill: () => signalGroup(child, hasChildren ? 'SIGTERM' : 'SIGKILL'),
  };
  running.add(handle);
  return handle;
}

function signalGroup(child, signal) {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

export async function stopAll() {
  await Promise.all([...running].map((child) => child.stop()));
}

export function killAllNow() {
  for (const child of running) child.kill();
}

export function tails(lines = 40) {
  return [...running].map(({ name, logFile, exitCode }) => {
    const text = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    const state = exitCode === undefined ? 'running' : `ended with ${exitCode}`;
    return `----- ${name} (${state}), last ${lines} lines of ${logFile}\n${text}`;
  });
}

/** All different: none is let go before the last is taken. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Polls until check() gives something; ends early when the child that should make it true has ended. */
export async function until(what, check, { timeoutMs, child, everyMs = 100 }) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (child && child.exitCode !== undefined) throw new Error(`${child.name} ended with ${child.exitCode} before ${what}`);
    try {
      const result = await check();
      if (result) return result;
    } catch {
      // Not up yet.
    }
    await sleep(everyMs);
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`);
}
