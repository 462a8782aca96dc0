import type { Outcome, Stage } from '../../app/contract/job.ts';
import type { DayPart } from '../../app/contract/phase.ts';

/** What a colour means; the class name that carries it. */
export type Tone = 'earning' | 'ready' | 'mine' | 'pull' | 'hot' | 'fault' | 'none';

/** The tone of what the host does, in the head of Home and in the strip of the day. */
export function phaseTone(part: DayPart): Tone {
  switch (part) {
    case 'working':
      return 'earning';
    case 'available':
    case 'waiting':
      return 'ready';
    case 'preparing':
      return 'pull';
    case 'paused':
    case 'yielding':
    case 'yielded':
      return 'mine';
    case 'cooling':
      return 'hot';
    case 'needs-you':
      return 'fault';
    case 'off':
      return 'none';
  }
}

/** The tone of a job's outcome, or of its stage while it has none. */
export function outcomeTone(outcome: Outcome | null, stage: Stage): Tone {
  switch (outcome) {
    case null:
      return stage === 'running' ? 'earning' : 'pull';
    case 'paid':
    case 'ended-by-client':
      return 'earning';
    case 'handed-back':
      return 'mine';
    case 'refused':
      return 'hot';
    case 'lost':
      return 'fault';
  }
}
