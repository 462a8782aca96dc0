import { z } from 'zod';
import type { ProofResult } from '../../contract/proof.ts';
import type { ContainerEnd } from '../../jobs/ports.ts';
import type { Attempt } from './attempts.ts';

/** What the probe prints about an attempt that it could make (build/guard). */
const ProbeLine = z.object({
  attempt: z.string(),
  reached: z.boolean(),
  tried: z.string(),
  stopped: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

/** How one probe container went. */
export type ProbeRun =
  | { readonly state: 'ran'; readonly lines: readonly string[]; readonly end: ContainerEnd }
  | { readonly state: 'not-started'; readonly why: string };

/**
 * What a probe's words and end say about the isolation. A probe that was killed by a limit was
 * stopped; one that did not come to its attempt proves nothing. Pure.
 */
export function verdictOn(attempt: Attempt, run: ProbeRun): ProofResult {
  const { id, question, probe, rule } = attempt;
  const common = { id, question, tried: probe.join(' ') };
  if (run.state === 'not-started') return { ...common, outcome: 'untried', stoppedBy: run.why };
  const said = run.lines.map(read).find((line) => line !== null);
  if (said !== undefined) {
    const { reached, tried, stopped } = said;
    if (reached) {
      const found = `${tried}: ${JSON.stringify(said.detail ?? {})}`.slice(0, MAX_TEXT);
      return { ...common, tried: found, outcome: 'reached', stoppedBy: null };
    }
    return { ...common, tried, outcome: 'stopped', stoppedBy: withDetail(rule, stopped) };
  }
  const { end } = run;
  if (end.state === 'exited' && (end.outOfMemory || end.diskExceeded)) {
    const detail = end.outOfMemory ? 'it was ended for its memory' : 'it was ended for its disk';
    return { ...common, outcome: 'stopped', stoppedBy: withDetail(rule, detail) };
  }
  const why = end.state === 'exited' ? `exit code ${end.exitCode}` : end.state;
  const text = `The probe could not make the attempt (${why}): ${run.lines.join(' ')}`;
  return { ...common, outcome: 'untried', stoppedBy: text.slice(0, MAX_TEXT) };
}

/** What a probe says may be long; a person reads the beginning. */
const MAX_TEXT = 1000;

function withDetail(rule: string, detail: string | null): string {
  return detail === null ? rule : `${rule} (${detail})`;
}

function read(line: string): z.infer<typeof ProbeLine> | null {
  try {
    return ProbeLine.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
