import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { HostState } from '../../app/contract/state.ts';
import { IsolationPanel } from '../../renderer/components/isolation-panel.tsx';
import { problemCount } from '../../renderer/components/problem-count.ts';
import { isHole, shownProof } from '../../renderer/components/proof-verdict.ts';
import {
  aProof,
  aProofReport,
  memoryUntried,
  proofResults,
  routerReached,
} from '../e2e/support/scripted-proof.ts';
import { aHostState } from '../fakes/host/host-state.ts';
import { fakeHost, type FakeHost } from './fake-host.tsx';

afterEach(cleanup);

const problem = { code: 'containers.engine-missing', message: 'No engine.', remedy: 'Get one.' };
const none: HostState['proof'] = { running: false, results: [], report: null, problem: null };

function finished(changes: Parameters<typeof proofResults>[0]): HostState['proof'] {
  const results = proofResults(changes);
  return aProof({ results, report: aProofReport(results) });
}

function shows(proof: HostState['proof'], handlers = {}): FakeHost {
  const host = fakeHost({ state: aHostState({ proof }), handlers });
  render(<IsolationPanel />, host);
  return host;
}

describe('what a proof says', () => {
  it('is that all is well only when every attempt was made and stopped', () => {
    const verdicts = [none, aProof(), finished(routerReached), finished(memoryUntried)].map(
      (proof) => shownProof(proof).verdict,
    );
    expect(verdicts).toEqual(['none', 'isolated', 'reached', 'untried']);
  });

  it('is not that all is well when the host does not say so', () => {
    const report = { ...aProofReport(), isolated: false };
    expect(isHole(aProof({ report }))).toBe(true);
  });

  it('is a hole as soon as one is found, also when the proof then broke off', () => {
    const results = proofResults(routerReached).slice(0, 3);
    expect(isHole(aProof({ running: true, results }))).toBe(true);
    expect(isHole(aProof({ results, problem }))).toBe(true);
    expect(isHole(aProof({ running: true, results: results.slice(0, 2) }))).toBe(false);
  });

  it('leaves the answers of the last proof in sight when a new one could not begin', () => {
    const shown = shownProof(aProof({ results: [], problem }));
    expect(shown).toMatchObject({ verdict: 'failed', results: proofResults() });
    expect(isHole({ ...finished(routerReached), results: [], problem })).toBe(true);
  });

  it('is counted beside the doctor’s checks when it needs the owner', () => {
    const check = { name: 'disk', ok: false, message: 'Full.', remedy: 'Delete something.' };
    const doctor = { checks: [check], checkedAt: 1 };
    expect(problemCount(aHostState({ doctor }))).toBe(1);
    expect(problemCount(aHostState({ doctor, proof: finished(routerReached) }))).toBe(2);
    expect(problemCount(aHostState({ proof: aProof({ results: [], problem }) }))).toBe(0);
  });
});

describe('the panel of the isolation', () => {
  it('begins with what it does, and asks the host once', async () => {
    const host = shows(none, { 'isolation.prove': () => Promise.resolve({ accepted: true }) });
    expect(screen.getByText('Not proven yet')).toBeDefined();
    const button = screen.getByRole('button', { name: 'Prove it' });
    button.click();
    host.commit({ proof: { ...none, running: true } });
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('true'));
    button.click();
    const reason = button.getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(reason)?.textContent).toContain('still running');
    expect(host.asked).toEqual([{ name: 'isolation.prove', input: {} }]);
  });

  it('says why it could not be asked for', async () => {
    shows(none);
    screen.getByRole('button', { name: 'Prove it' }).click();
    expect((await screen.findByRole('alert')).textContent).toContain('isolation.prove');
  });

  it('shows and says each answer as it comes', async () => {
    const host = shows({ ...none, running: true });
    const results = proofResults();
    host.commit({ proof: { ...none, running: true, results: results.slice(0, 2) } });
    await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(2));
    expect(screen.getByText('2 answers so far')).toBeDefined();
    const said = screen.getAllByRole('status').map(({ textContent }) => textContent);
    expect(said).toContain('Can a job reach programs on this computer? No.');
  });

  it('opens what was not stopped, and keeps the rest closed', () => {
    shows(finished({ ...routerReached, ...memoryUntried }));
    const open = screen
      .getAllByRole('listitem')
      .filter((row) => row.querySelector('details')?.open)
      .map((row) => row.textContent);
    expect(open).toHaveLength(2);
    expect(open[0]).toMatch(/at home\? Yes Nothing stopped it.*192\.168\.178\.1/);
    expect(open[1]).toMatch(/memory\? Not known Could not be tried.*exec format error/);
  });

  it('says what to do about a hole, and takes the card back', async () => {
    const host = shows(finished(routerReached), {
      'host.takeBack': () => Promise.resolve({ accepted: true }),
    });
    expect(screen.getByText(/^Do not lend until this is solved/)).toBeDefined();
    const button = screen.getByRole('button', { name: 'Take it back' });
    button.click();
    host.commit({ availability: { lending: false, since: 2 } });
    await screen.findByText('You are not lending now; leave it so.');
    expect(screen.getByRole('button', { name: 'Take it back' })).toBe(button);
    expect(host.asked).toEqual([{ name: 'host.takeBack', input: {} }]);
  });

  it('shows why there is no proof, and the remedy', () => {
    shows(aProof({ results: [], problem }));
    const panel = screen.getByRole('region', { name: 'Isolation' });
    expect(within(panel).getByText('No engine.')).toBeDefined();
    expect(within(panel).getByText('Get one.')).toBeDefined();
    expect(within(panel).getByText('What the last finished proof tried')).toBeDefined();
  });

  it('holds the report to the letter', () => {
    const proof = aProof();
    shows(proof);
    const text = screen.getByRole('region', { name: 'Report' }).textContent;
    expect(JSON.parse(text)).toEqual(proof.report);
  });
});
