import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./attacker.mjs', import.meta.url));

const POLITE = 10;

/**
 * A process with attackers in it; it ends with this one. Elsewhere they would have cores of their own, so here they leave
 * these to the shop and the honest.
 */
export function startAttackers() {
  const child = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  setPriority(child.pid, POLITE);
  const waiting = new Map();
  let last = 0;
  child.on('message', ({ id, begun, result, problem }) => {
    const { begin, resolve, reject } = waiting.get(id);
    if (begun) return begin();
    waiting.delete(id);
    if (problem) reject(new Error(problem));
    else resolve(result);
  });
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the attackers ended with ${code}`));
    waiting.clear();
  });
  const ask = (command, options = {}) => {
    let begin;
    const began = new Promise((resolve) => (begin = resolve));
    const done = new Promise((resolve, reject) => {
      waiting.set(++last, { begin, resolve, reject });
      child.send({ id: last, command, options });
    });
    return { began, done };
  };
  return {
    /** Opens connections that stay, under a name. */
    hold: (name, options) => ask('hold', { name, ...options }).done,
    look: (name) => ask('look', { name }).done,
    release: (name) => ask('release', { name }).done,
    /** Returns when the first requests are on their way, with the answers to come. */
    async flood(options) {
      const { began, done } = ask('flood', options);
      done.catch(() => {});
      await Promise.race([began, done]);
      return { answered: done };
    },
  };
}
