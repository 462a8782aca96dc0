import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { ClockShift, Controls } from './controls.ts';

/*
 * Lets a test set the clocks of one process. It is a fake: the clock of the computer, of the engine
 * and of the chain stay as they are, and timers run on. `wallMs` moves what `Date` says, as a person
 * or NTP sets a clock; `steadyMs` moves the uptime, as a computer that slept finds it.
 */

/** Reads the shift now and again at each SIGUSR2, and then says so by `clock-seen`. */
export function fakeClock(folder: string): void {
  const controls = new Controls(folder);
  const none = { wallMs: 0, steadyMs: 0 };
  let shift = controls.read('clock', ClockShift) ?? none;
  process.on('SIGUSR2', () => {
    shift = controls.read('clock', ClockShift) ?? none;
    controls.write('clock-seen', shift);
  });
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct(target, values: unknown[]): Date {
      if (values.length === 0) return new RealDate(target.now() + shift.wallMs);
      const date: unknown = Reflect.construct(target, values);
      return date instanceof RealDate ? date : new RealDate(Number.NaN);
    },
    get: (target, name): unknown =>
      name === 'now' ? () => target.now() + shift.wallMs : Reflect.get(target, name),
  });
  const { uptime } = os;
  os.uptime = () => uptime() + shift.steadyMs / 1000;
  syncBuiltinESMExports();
}
