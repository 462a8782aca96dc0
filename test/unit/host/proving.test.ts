import { describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { ProofReport, ProofResult } from '../../../app/contract/proof.ts';
import type { HostState } from '../../../app/contract/state.ts';
import { type Prove, Proving } from '../../../app/proving.ts';

const RESULT: ProofResult = {
  id: 'files',
  question: 'Can a job read your files?',
  tried: 'to read',
  outcome: 'stopped',
  stoppedBy: 'a disk of its own',
};
const REPORT: ProofReport = { at: 1, isolated: true, engine: 'Docker', results: [RESULT] };

function proving(prove: Prove): { proving: Proving; shown: HostState['proof'][] } {
  const shown: HostState['proof'][] = [];
  return { proving: new Proving(prove, (proof) => shown.push(proof)), shown };
}

describe('a proof that the owner asked for', () => {
  it('shows its results as they come, and the report at the end', async () => {
    const { proving: it, shown } = proving((onResult) => {
      onResult(RESULT);
      return Promise.resolve(REPORT);
    });
    it.start();
    await it.stop();
    expect(shown.map(({ running, results }) => [running, results.length])).toEqual([
      [true, 0],
      [true, 1],
      [false, 1],
    ]);
    expect(shown.at(-1)?.report).toEqual(REPORT);
  });

  it('runs once, however often it is asked for', async () => {
    let proofs = 0;
    const { proving: it } = proving(() => {
      proofs += 1;
      return Promise.resolve(REPORT);
    });
    it.start();
    it.start();
    await it.stop();
    expect(proofs).toBe(1);
  });

  it('that cannot be made says why, and the last report stays', async () => {
    const outcomes = [
      () => Promise.resolve(REPORT),
      () => Promise.reject(new OffpeakError('containers.engine-stopped')),
    ];
    const { proving: it, shown } = proving(() => outcomes.shift()?.() ?? Promise.resolve(REPORT));
    it.start();
    await expect.poll(() => shown.at(-1)?.running).toBe(false);
    it.start();
    await it.stop();
    expect(shown.at(-1)).toMatchObject({
      running: false,
      report: REPORT,
      problem: { code: 'containers.engine-stopped' },
    });
  });

  it('ends when the host stops', async () => {
    const { proving: it, shown } = proving(
      (_onResult, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new OffpeakError('containers.stopped')));
        }),
    );
    it.start();
    await it.stop();
    expect(shown.at(-1)).toMatchObject({ running: false, report: null });
  });
});
