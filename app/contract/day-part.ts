import type { DayPart, Phase, Reason } from './phase.ts';

/** What the day shows of a phase and its reason. Pure. */
export function dayPartOf(phase: Phase, reason: Pick<Reason, 'code'>): DayPart {
  return phase === 'paused' && reason.code === 'cooling' ? 'cooling' : phase;
}
