import { OffpeakError } from '../../contract/errors.ts';

/** What the helper did; power limits in milliwatts, 0 for what has none. */
export interface Done {
  readonly before: number;
  readonly now: number;
}

/** Reads one line of the helper's; build/power/program/main.c says what there is. Throws `power.*`. */
export function readAnswer(line: string): Done {
  const [word, ...rest] = line.split(' ');
  if (word === 'ok') return { before: Number(rest[0] ?? 0), now: Number(rest[1] ?? 0) };
  throw word === 'error' ? errorOf(rest) : new OffpeakError('power.helper-failed');
}

function errorOf([reason = 'unknown', first, second]: readonly string[]): OffpeakError {
  switch (reason) {
    case 'no-card':
      return new OffpeakError('power.no-card');
    case 'unsupported':
      return new OffpeakError('power.unsupported');
    case 'not-permitted':
      return new OffpeakError('power.not-permitted');
    case 'differs':
      return new OffpeakError('power.differs');
    case 'out-of-range':
      return new OffpeakError('power.out-of-range', {
        message: `The card allows ${inUnits(first)} to ${inUnits(second)} for this.`,
      });
    case 'no-driver':
      return new OffpeakError('power.helper-failed', {
        message: 'The helper that changes settings of a card finds no NVIDIA driver.',
      });
    default:
      return new OffpeakError('power.failed', {
        message: `The driver reports an error (${reason}${first === undefined ? '' : `, NVML ${first}`}).`,
      });
  }
}

// Power limits come in milliwatts; no clock in megahertz and no percent is that large.
function inUnits(text: string | undefined): string {
  const value = Number(text ?? 0);
  return value >= 10_000 ? `${value / 1_000} W` : String(value);
}
