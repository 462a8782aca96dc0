import type { CommandOutput } from '../../app/contract/commands.ts';
import { phaseTone, type Tone } from './tone.ts';

/** A stretch of the day in one phase. */
export type Segment = CommandOutput<'activity.day'>['segments'][number];

/** The order of the legend. */
const tones: readonly Tone[] = ['earning', 'ready', 'pull', 'mine', 'hot', 'fault', 'none'];

/** Shorter than this would be shown as 0 s. */
const SHORTEST_MS = 500;

/** How long each tone lasted that day, in the legend's order; what did not happen is left out. */
export function dayTotals(segments: readonly Segment[]): { tone: Tone; ms: number }[] {
  return tones
    .map((tone) => ({ tone, ms: lengthOf(segments, tone) }))
    .filter(({ ms }) => ms >= SHORTEST_MS);
}

/** Local midnight before and after a moment, by the calendar: two days a year are not 24 h long. */
export function dayAround(now: number): { from: number; to: number } {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  const end = new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1);
  return { from: start.getTime(), to: end.getTime() };
}

function lengthOf(segments: readonly Segment[], tone: Tone): number {
  return segments
    .filter(({ phase }) => phaseTone(phase) === tone)
    .reduce((sum, { from, to }) => sum + to - from, 0);
}
