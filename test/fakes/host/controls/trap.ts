import { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { Controls, Trap } from './controls.ts';

/*
 * Stops the host at an exact point of its journal. The signal is the system's own, so that nothing
 * of the program runs on: no handler, no finally, no open file that is closed. Only the moment is
 * chosen, by looking at the journal's own SQL: around the INSERT and after the COMMIT.
 */

const Written = z.object({ step: z.object({ type: z.string() }) });

/** Watches the journal; the trap is read anew at each step. */
export function setTrap(folder: string): void {
  const controls = new Controls(folder);
  let uncommitted: string | null = null;
  around(StatementSync.prototype, 'run', (statement, values, call) => {
    const isStep =
      statement instanceof StatementSync && statement.sourceSQL.includes('INTO journal');
    if (!isStep) return call();
    uncommitted = Written.parse(JSON.parse(String(values[2]))).step.type;
    spring(controls, uncommitted, 'before');
    return call();
  });
  around(DatabaseSync.prototype, 'exec', (_database, [sql], call) => {
    const result = call();
    if (sql === 'COMMIT' && uncommitted !== null) {
      const step = uncommitted;
      uncommitted = null;
      spring(controls, step, 'after');
    }
    return result;
  });
}

function spring(controls: Controls, step: string, side: Trap['side']): void {
  const trap = controls.read('trap', Trap);
  if (trap?.step !== step || trap.side !== side) return;
  controls.write('trap', null);
  controls.write('sprung', trap);
  process.kill(process.pid, trap.signal);
}

/** Calls `work` in place of a method, with the method itself bound to its call. */
function around(
  prototype: object,
  name: string,
  work: (self: unknown, values: unknown[], call: () => unknown) => unknown,
): void {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') throw new Error(`node:sqlite has no ${name}`);
  Reflect.defineProperty(prototype, name, {
    value(this: unknown, ...values: unknown[]): unknown {
      return work(this, values, () => Reflect.apply(method, this, values) as unknown);
    },
  });
}
