import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./attacker.mjs', import.meta.url));

/** A process with attackers in it; one for a row, and it ends by itself if nobody ends it. */
export function startAttackers() {
  const child = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map();
  let last = 0;
  child.on('message', ({ id, result, problem }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (problem) reject(new Error(problem));
    else resolve(result);
  });
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the attackers ended with ${code}`));
    waiting.clear();
  });
  const ask = (command, options = {}) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      child.send({ id: last, command, options });
    });
  return {
    /** Opens connections that stay, under a name. */
    hold: (name, options) => ask('hold', { name, ...options }),
    look: (name) => ask('look', { name }),
    release: (name) => ask('release', { name }),
    flood: (options) => ask('flood', options),
    stop: () => child.kill('SIGKILL'),
  };
}
