import { readdirSync, readFileSync } from 'node:fs';

/** Nobody waits longer than this for a machine that has other work to do. */
const MOST = 8;

/**
 * How much of this machine others take, which neither the shop nor its attackers are to blame for. What is returned says by
 * which factor everything took longer since: 1 when nobody else has worked here, 2 when others had half of the cores.
 */
export function watchMachine() {
  const before = look();
  return () => {
    const now = look();
    const all = now.all - before.all;
    const others = Math.max(0, now.busy - before.busy - (now.ours - before.ours));
    return Math.min(MOST, all / Math.max(1, all - others));
  };
}

/** In ticks of the clock: all that there were, those that were used, and those that we and our children used. */
function look() {
  const [user, nice, system, idle, wait, irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { all: busy + idle + wait, busy, ours: ourTicks() };
}

function ourTicks() {
  const processes = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // the name stands in brackets and may hold anything
      const [, parent, , , , , , , , , , user, system] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
      processes.set(pid, { parent, ticks: Number(user) + Number(system) });
    } catch {
      // It has ended.
    }
  }
  const isOurs = (pid) => pid === `${process.pid}` || (processes.has(pid) && isOurs(processes.get(pid).parent));
  return [...processes].reduce((sum, [pid, { ticks }]) => sum + (isOurs(pid) ? ticks : 0), 0);
}
