// `npm run demo` is three processes: npm, a shell, and this one. Whoever kills the first with SIGKILL has killed the command; but
// neither of the others is told, and this one would go on in the background and keep the database from the next command.
//
//   npm ──▶ sh ──▶ node        a process whose parent has died is given another parent: that is how it shows

import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 100;

/** Ends this process, as a SIGKILL would, when one of the two above it is gone. */
export function endWithParents(): void {
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const look = () => {
    if (process.ppid === parent && parentOf(parent) === grandparent) return;
    process.kill(process.pid, 'SIGKILL');
  };
  setInterval(look, LOOK_EVERY_MS).unref();
}

/** Known on Linux only; elsewhere it is the direct parent that counts. */
function parentOf(processId: number): number | undefined {
  try {
    // The second field is the program's name in brackets, and may hold any character.
    const fields = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ').at(-1);
    return Number(fields?.split(' ')[1]);
  } catch {
    return undefined;
  }
}
