import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { AdmissionState } from '../../app/contract/admission.ts';
import { admissionWords } from '../../renderer/components/admission-words.ts';
import { Identities } from '../../renderer/components/identity-table.tsx';
import { NetworkNote } from '../../renderer/components/network-note.tsx';
import { anIdentity, fourIdentities, notQualified } from '../e2e/support/scenes-network.ts';
import { aCard, cardsState } from '../e2e/support/scripted-cards.ts';
import { aHostState } from '../fakes/host/host-state.ts';
import { fakeHost } from './fake-host.tsx';

afterEach(cleanup);

function rows(): string[][] {
  return screen.getAllByRole('row').map((row) => {
    const cells = [
      ...within(row).queryAllByRole('rowheader'),
      ...within(row).queryAllByRole('cell'),
    ];
    return cells.map(({ textContent }) => textContent);
  });
}

describe('several cards on the network', () => {
  it('have a row each: which card, in which state and why, its place, its job', () => {
    const { state } = fourIdentities();
    render(<Identities />, fakeHost({ state }));
    const [, working, queued, measured, refused] = rows();
    expect(working?.[0]).toContain('RTX 4090 (no. 0)');
    expect(working?.[1]).toContain('Working');
    expect(queued?.[0]).toContain('RTX 4090 (no. 1)');
    expect(queued?.slice(2)).toEqual(['3 of 41', '']);
    expect(measured?.[1]).toMatch(/^Preparing.*\(round 2\)/);
    expect(refused?.[1]).toMatch(/^Waiting.*found no market/);
    const link = screen.getByRole('link', { name: /^Llama/ });
    expect(link.getAttribute('href')).toBe(`/jobs/${state.job?.run ?? ''}`);
  });

  it('show addresses short, and copy them whole', () => {
    const { state } = fourIdentities();
    render(<Identities />, fakeHost({ state }));
    const address = state.identities[1]?.address ?? '';
    expect(screen.queryByText(address)).toBeNull();
    expect(screen.getByTitle(address).textContent).toHaveLength(9);
    expect(
      screen.getByRole('button', { name: 'Copy the address of RTX 4090 (no. 1)' }),
    ).toBeDefined();
  });

  it('are named as they are: numbered when alike, away when they are', () => {
    const identities = [anIdentity(0), anIdentity(7), anIdentity(1, { card: null })];
    const cards = cardsState(aCard());
    render(<Identities />, fakeHost({ state: aHostState({ identities, cards }) }));
    const names = screen.getAllByRole('rowheader').map(({ title }) => title);
    expect(names).toEqual(['RTX 4090', 'Card not here', 'Processor']);
  });

  it('have no table of their own while there is only one: Home is about it', () => {
    const { container } = render(<Identities />, fakeHost({ state: notQualified().state }));
    expect(container.textContent).toBe('');
  });
});

describe('the note about the network', () => {
  it('says where the one card stands on its way in', () => {
    render(<NetworkNote />, fakeHost({ state: notQualified().state }));
    expect(screen.getByText(/^Not admitted; measured again /)).toBeDefined();
  });

  it('says the place in the queue before anything else', () => {
    const state = { ...notQualified().state, queue: { position: 3, length: 41, market: 'm' } };
    render(<NetworkNote />, fakeHost({ state }));
    expect(screen.getByText('Place 3 of 41 in the queue')).toBeDefined();
  });

  it('speaks for no single one of several', () => {
    const { state } = fourIdentities();
    render(<NetworkNote />, fakeHost({ state }));
    expect(screen.getByText('Connected')).toBeDefined();
  });
});

describe('the way into a market, in words', () => {
  const problem = { code: 'x', message: 'x', remedy: 'x' };
  // Within today: near midnight the time alone would not be enough for another moment.
  const at = Date.now();
  it.each<[AdmissionState | null, RegExp]>([
    [null, /^$/],
    [{ step: 'unknown' }, /^$/],
    [{ step: 'needs-contact' }, /e-mail/],
    [{ step: 'registering' }, /^Registering$/],
    [{ step: 'asking' }, /market/],
    [{ step: 'benchmarking', id: 'a', round: 3 }, /measured, round 3/],
    [{ step: 'access-key' }, /access key/],
    [{ step: 'syncing' }, /^Waiting/],
    [{ step: 'admitted', market: 'm', name: null, report: null, stale: false }, /^$/],
    [{ step: 'admitted', market: 'm', name: null, report: null, stale: true }, /silent/],
    [{ step: 'not-qualified', nextTestAt: null, report: null }, /^Not admitted$/],
    [{ step: 'not-qualified', nextTestAt: at, report: null }, /measured again \d/],
    [{ step: 'banned' }, /^Banned/],
    [{ step: 'maintenance', until: at, reason: null }, /until \d/],
    [{ step: 'maintenance', until: null, reason: null }, /^Maintenance$/],
    [{ step: 'outdated', minimum: '2.0.0', own: '0.1.0' }, /2\.0\.0/],
    [{ step: 'failed', problem, nextAttemptAt: at }, /tries again \d/],
    [{ step: 'failed', problem, nextAttemptAt: null }, /^Not admitted yet$/],
  ])('%j', (admission, words) => {
    expect(admissionWords(admission)).toMatch(words);
  });
});
