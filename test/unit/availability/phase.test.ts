import { describe, expect, it } from 'vitest';
import { type PhaseFacts, phaseOf } from '../../../app/availability/phase.ts';
import { Phase } from '../../../app/contract/phase.ts';

const problem = {
  code: 'containers.not-running',
  message: 'No engine answers.',
  remedy: 'Start it.',
};

function facts(changes: Partial<PhaseFacts> = {}): PhaseFacts {
  return {
    stopping: false,
    lending: true,
    handedBack: false,
    engine: 'ready',
    hasCard: true,
    cooling: null,
    measuring: false,
    leaving: false,
    network: 'connected',
    admission: null,
    job: null,
    jobProblem: null,
    queue: { position: 2, length: 5 },
    joinProblem: null,
    ...changes,
  };
}

const hot = { temperatureC: 91.4, limitC: 87, resumeC: 77, resumesInMs: 170_000 };
const job = { stage: 'running', title: 'A story', handingBack: false } as const;

describe('what the host says it is doing', () => {
  it.each<[string, Partial<PhaseFacts>, Phase, string]>([
    ['it stops', { stopping: true, job }, 'off', 'stopping'],
    ['it waits in the queue', {}, 'available', 'in-queue'],
    ['its card is measured', { measuring: true }, 'paused', 'measuring'],
    ['it is about to join', { queue: null }, 'waiting', 'joining'],
    ['a job was offered', { job: { ...job, stage: 'offered' } }, 'preparing', 'judging'],
    ['an image is fetched', { job: { ...job, stage: 'pulling' } }, 'preparing', 'pulling'],
    ['a job runs', { job }, 'working', 'running'],
    ['results are stored', { job: { ...job, stage: 'storing' } }, 'working', 'storing'],
    ['the pay is collected', { job: { ...job, stage: 'settling' } }, 'working', 'settling'],
    [
      'the owner takes it back',
      { lending: false, job: { ...job, handingBack: true } },
      'yielding',
      'handing-back',
    ],
    ['the owner has it back', { lending: false, handedBack: true }, 'yielded', 'taken-back'],
    ['the owner does not lend', { lending: false }, 'paused', 'paused-by-owner'],
    ['the engine is looked for', { engine: 'checking' }, 'preparing', 'engine-checking'],
    ['there is no engine', { engine: problem }, 'needs-you', problem.code],
    [
      'the network starts',
      { network: 'connecting', queue: null },
      'preparing',
      'network-connecting',
    ],
    ['its card was taken out', { hasCard: false }, 'waiting', 'card-gone'],
    ['its card is too hot', { cooling: hot }, 'paused', 'cooling'],
    [
      'the owner does not lend a hot card',
      { cooling: hot, lending: false },
      'paused',
      'paused-by-owner',
    ],
    ['the owner changes the network', { leaving: true }, 'preparing', 'network-changing'],
    [
      'the network measures it',
      { admission: { step: 'benchmarking', id: 'b', round: 1 } },
      'preparing',
      'admission-benchmarking',
    ],
    [
      'it is admitted',
      { admission: { step: 'admitted', market: 'm', name: null, report: null, stale: false } },
      'available',
      'in-queue',
    ],
    ['the network is impossible', { network: problem }, 'needs-you', problem.code],
    ['a job cannot go on', { job, jobProblem: problem }, 'needs-you', problem.code],
    ['the queue refuses', { queue: null, joinProblem: problem }, 'needs-you', problem.code],
  ])('when %s', (_when, changes, phase, code) => {
    const state = phaseOf(facts(changes));
    expect(state.phase).toBe(phase);
    expect(state.reason.code).toBe(code);
  });

  it('gives the remedy as the next step when something is missing', () => {
    expect(phaseOf(facts({ engine: problem })).reason).toEqual({
      code: problem.code,
      text: problem.message,
      next: problem.remedy,
    });
  });

  it('says how hot the card is and when it is lent again', () => {
    const cooling = (resumesInMs: number | null) =>
      phaseOf(facts({ cooling: { ...hot, resumesInMs } })).reason.text;
    expect(cooling(170_000)).toBe(
      'The card became hotter than your limit of 87 °C. It is at 91 °C and is lent again at 77 °C, in about 3 min.',
    );
    expect(cooling(5_000)).toMatch(/77 °C, in about 1 min\.$/);
    expect(cooling(null)).toMatch(/lent again at 77 °C\.$/);
  });

  it('says why a job is handed back', () => {
    const back = { ...job, handingBack: true };
    const text = (changes: Partial<PhaseFacts>) =>
      phaseOf(facts({ job: back, ...changes })).reason.text;
    expect(text({ cooling: hot })).toContain('because the card is too hot');
    expect(text({ cooling: hot, lending: false })).toContain('so that you have your card');
  });

  it('waits for what Offpeak mends by itself', () => {
    const passing = { ...problem, code: 'practice.stopped' };
    const state = phaseOf(facts({ network: passing, queue: null }));
    expect(state.phase).toBe('waiting');
    expect(state.reason.code).toBe('practice.stopped');
  });

  it('lets a running job go on although engine or network are away', () => {
    expect(phaseOf(facts({ job, engine: problem, network: problem })).phase).toBe('working');
  });

  it('always has one phase and one sentence, whatever the facts', () => {
    const stages = ['offered', 'judging', 'pulling', 'running', 'storing', 'settling'] as const;
    const jobs = [null, ...stages.map((stage) => ({ ...job, stage }))];
    for (const stopping of [true, false])
      for (const lending of [true, false])
        for (const engine of ['checking', 'ready', problem] as const)
          for (const network of ['connecting', 'connected', problem] as const)
            for (const current of jobs) {
              const state = phaseOf(facts({ stopping, lending, engine, network, job: current }));
              expect(Phase.options).toContain(state.phase);
              expect(state.reason.text).toMatch(/\.$/);
              if (!lending && !current) expect(state.phase).not.toBe('available');
            }
  });
});
