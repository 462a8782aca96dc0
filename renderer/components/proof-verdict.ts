import type { ProofReport, ProofResult } from '../../app/contract/proof.ts';
import type { HostState } from '../../app/contract/state.ts';
import type { Tone } from './tone.ts';

/** What can be said of the isolation at the moment, the worst first. */
type Verdict = 'reached' | 'untried' | 'running' | 'failed' | 'isolated' | 'none';

/** A proof as it is shown: what is known, and what follows from it. */
export interface ShownProof {
  readonly verdict: Verdict;
  readonly results: readonly ProofResult[];
  /** The finished proof that the results belong to; null while one runs, or when it broke off. */
  readonly report: ProofReport | null;
  readonly reached: number;
  readonly untried: number;
}

/**
 * The running proof or the last one. A proof that broke off before its first answer leaves the
 * answers of the one before it in sight.
 */
export function shownProof(proof: HostState['proof']): ShownProof {
  const { running, problem, report } = proof;
  const unfinished = running || (problem !== null && proof.results.length > 0);
  const results = unfinished ? proof.results : (report?.results ?? []);
  const reached = results.filter(({ outcome }) => outcome === 'reached').length;
  const untried = results.filter(({ outcome }) => outcome === 'untried').length;
  const finished = unfinished ? null : report;
  const verdict = reached > 0 ? 'reached' : untried > 0 ? 'untried' : calm(proof, finished);
  return { verdict, results, report: finished, reached, untried };
}

/** True when the owner must not lend: something got through, or nobody knows whether it would. */
export function isHole(proof: HostState['proof']): boolean {
  const { verdict } = shownProof(proof);
  return verdict === 'reached' || verdict === 'untried';
}

/** The tone of a verdict. */
export function verdictTone(verdict: Verdict): Tone {
  switch (verdict) {
    case 'reached':
    case 'untried':
      return 'fault';
    case 'failed':
      return 'hot';
    case 'running':
      return 'pull';
    case 'isolated':
      return 'earning';
    case 'none':
      return 'none';
  }
}

function calm({ running, problem }: HostState['proof'], finished: ProofReport | null): Verdict {
  if (running) return 'running';
  if (problem) return 'failed';
  if (!finished) return 'none';
  return finished.isolated ? 'isolated' : 'untried';
}
