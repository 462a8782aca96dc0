import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Readiness } from '../../app/contract/readiness.ts';
import { AdmissionReports } from '../../renderer/components/admission-reports.tsx';
import { ReadinessPanel } from '../../renderer/components/readiness-panel.tsx';
import { notQualified } from '../e2e/support/scenes-network.ts';
import { fixable, practiceOnly } from '../e2e/support/scripted-readiness.ts';
import { aHostState, aReadiness } from '../fakes/host/host-state.ts';
import { fakeHost, type FakeHost } from './fake-host.tsx';

afterEach(cleanup);

function shows(readiness: Readiness, handlers = {}): FakeHost {
  const host = fakeHost({ state: aHostState({ readiness }), handlers });
  render(<ReadinessPanel />, host);
  return host;
}

function row(name: string): string[] {
  const header = screen.getByRole('rowheader', { name });
  const cells = header.closest('tr')?.querySelectorAll('td') ?? [];
  return [...cells].map(({ textContent }) => textContent);
}

describe('whether this computer is ready', () => {
  it('is one sentence, and each requirement beside what was measured', () => {
    shows(fixable());
    expect(screen.getByRole('heading', { level: 3 }).textContent).toMatch(/^Fixable \(2\)/);
    expect(row('Memory')).toEqual(['12 GB or more', '33.5 GB', 'Met']);
    expect(row('Disk')).toEqual(['256 GB or more', '214 GB', 'You can fix it']);
    expect(screen.getByText('Give the container engine a larger disk.')).toBeDefined();
  });

  it('does not take a dash for a measurement, nor advice for a requirement', () => {
    shows(fixable());
    expect(row('Download')).toEqual(['100 Mb/s or more', '–Not measured yet', 'Not known']);
    expect(row('Latency')).toEqual(['100 ms or less is recommended', '131 ms', 'Only advised']);
  });

  it('says of each of several cards what it is', () => {
    shows(practiceOnly());
    const cards = screen
      .getAllByRole('heading', { level: 4 })
      .map(({ textContent }) => textContent);
    expect(cards).toHaveLength(2);
    expect(cards[1]).toBe('Tesla T4 (no. 1): Practice only. No market takes this card.');
    expect(
      within(screen.getByRole('table', { name: 'Tesla T4' })).getAllByRole('row'),
    ).toHaveLength(3);
  });

  it('says whose thresholds these are, and from when', () => {
    shows(fixable());
    expect(screen.getByText('As the network’s documentation asks')).toBeDefined();
    cleanup();
    shows(practiceOnly());
    expect(screen.getByText(/^As the network asked /)).toBeDefined();
  });
});

describe('measuring the connection', () => {
  it('says what it moves before it begins, and begins once', async () => {
    const host = shows(aReadiness(), {
      'readiness.measureNetwork': () => Promise.resolve({ accepted: true }),
    });
    expect(screen.getByText(/^Moves up to 100 MB and takes up to 30 seconds/)).toBeDefined();
    const button = screen.getByRole('button', { name: 'Measure my connection' });
    button.click();
    const { speed } = aReadiness();
    host.commit({ readiness: aReadiness({ speed: { ...speed, step: 'upload' } }) });
    await screen.findByText('Measuring the upload…');
    button.click();
    expect(host.asked).toEqual([{ name: 'readiness.measureNetwork', input: {} }]);
  });

  it('shows what came of it, and why it failed', async () => {
    const host = shows(practiceOnly());
    expect(screen.getByText('512 Mb/s down')).toBeDefined();
    expect(screen.getByText('8.4 Mb/s up')).toBeDefined();
    expect(screen.getByText('118 MB used')).toBeDefined();
    const problem = { code: 'x', message: 'The server does not answer.', remedy: 'Try later.' };
    const { speed } = practiceOnly();
    host.commit({ readiness: aReadiness({ speed: { ...speed, step: null, problem } }) });
    await screen.findByText('The server does not answer.');
    expect(screen.getByText('512 Mb/s down')).toBeDefined();
  });

  it('cannot begin where no server is set', () => {
    const host = shows(aReadiness({ speed: { ...aReadiness().speed, host: null } }));
    const button = screen.getByRole('button', { name: 'Measure my connection' });
    button.click();
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(screen.queryByText(/Moves up to/)).toBeNull();
    expect(host.asked).toEqual([]);
  });
});

describe('what the network itself measured', () => {
  it('is shown metric by metric, in its own words', async () => {
    const host = fakeHost({ state: notQualified().state });
    render(<AdmissionReports />, host);
    expect(screen.getByRole('table', { name: /not passed$/ })).toBeDefined();
    expect(row('ram')).toEqual(['at least 12 GB', '32 GB', 'Met']);
    expect(row('download_mbps')).toEqual(['at least 100', '41', 'Not met']);
    expect(screen.getByText(/^Download speed below/)).toBeDefined();
    host.commit({ identities: [] });
    await waitFor(() => expect(screen.queryByRole('table')).toBeNull());
  });
});
