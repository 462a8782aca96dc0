import type { ProofReport, ProofResult } from '../../../app/contract/proof.ts';
import type { HostState } from '../../../app/contract/state.ts';

const FILTER = 'the filter of its network (connection timed out)';

const attempts = [
  ['files', 'Can a job read your files?', '7 folders of this computer', 'its own disk'],
  [
    'computer',
    'Can a job reach programs on this computer?',
    'programs on this computer: 192.168.178.24:40117, 172.17.0.1:40117',
    FILTER,
  ],
  [
    'router',
    'Can a job reach your router or other devices at home?',
    'the router and the home network: 192.168.178.1:53, 192.168.178.1:80, 10.0.0.1:80',
    FILTER,
  ],
  ['other-jobs', 'Can a job reach another job?', 'another job: 172.31.0.2:7777', FILTER],
  ['engine', 'Can a job command the container engine?', '/var/run/docker.sock', 'no socket inside'],
  [
    'rights',
    'Can a job gain rights over this computer?',
    '38 capabilities, and a program with the set-user-ID bit',
    'dropped capabilities and no-new-privileges',
  ],
  [
    'processes',
    'Can a job fill this computer with processes?',
    '20000 processes',
    'the limit on processes (fork: resource temporarily unavailable)',
  ],
  ['memory', 'Can a job take all memory?', '2048 MiB', 'the limit on memory'],
  ['card', 'Can a job use a card that was not lent to it?', '/dev/nvidia*', 'no card inside'],
] as const;

/** Answers of a proof in order, each attempt stopped but for those that `changes` names. */
export function proofResults(
  changes: Partial<Record<string, Partial<ProofResult>>> = {},
): ProofResult[] {
  return attempts.map(([id, question, tried, stoppedBy]) => ({
    id,
    question,
    tried,
    outcome: 'stopped',
    stoppedBy,
    ...changes[id],
  }));
}

/** The report of a proof that was made an hour and a bit ago. */
export function aProofReport(results: ProofResult[] = proofResults()): ProofReport {
  const isolated = results.every(({ outcome }) => outcome === 'stopped');
  return { at: Date.now() - 4_000_000, isolated, engine: 'Docker 29.1.3', results };
}

/** The proof slice after a finished proof, or as `changes` say. */
export function aProof(changes: Partial<HostState['proof']> = {}): HostState['proof'] {
  const report = aProofReport();
  return { running: false, results: report.results, report, problem: null, ...changes };
}

/** The attempt on the home network, got through. */
export const routerReached: Record<string, Partial<ProofResult>> = {
  router: { outcome: 'reached', stoppedBy: null },
};

/** The attempt on memory, not made. */
export const memoryUntried: Record<string, Partial<ProofResult>> = {
  memory: {
    outcome: 'untried',
    stoppedBy: 'The probe could not make the attempt (exit code 126): exec format error',
  },
};
