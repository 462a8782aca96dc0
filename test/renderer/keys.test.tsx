import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Handlers } from '../../app/contract/commands.ts';
import type { HostState } from '../../app/contract/state.ts';
import { KeysPanel } from '../../renderer/components/keys-panel.tsx';
import { UnlockHere } from '../../renderer/components/unlock-here.tsx';
import { lockedKeys, onMainnet } from '../e2e/support/scenes-network.ts';
import { aHostState } from '../fakes/host/host-state.ts';
import { fakeHost, type FakeHost } from './fake-host.tsx';

afterEach(cleanup);

const SECRET = 'seven grey herons over the weir';
const accept = () => Promise.resolve({ accepted: true as const });

function shows(state: HostState, handlers: Partial<Handlers> = {}): FakeHost {
  const host = fakeHost({ state, handlers });
  render(<KeysPanel />, host);
  return host;
}

function type(label: string, text: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { value: text } });
}

function press(name: string): void {
  fireEvent.click(screen.getByRole('button', { name }));
}

function everything(): string {
  const typed = [...document.querySelectorAll('input')].map(({ value }) => value);
  return document.body.innerHTML + typed.join();
}

describe('locked keys', () => {
  it('are opened by their passphrase, which is forgotten at once', async () => {
    const host = shows(lockedKeys().state, { 'vault.unlock': accept });
    const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
    expect(field.type).toBe('password');
    type('Passphrase', SECRET);
    press('Unlock');
    expect(everything()).not.toContain(SECRET);
    await waitFor(() =>
      expect(host.asked).toEqual([{ name: 'vault.unlock', input: { passphrase: SECRET } }]),
    );
    host.commit({ vault: onMainnet().state.vault });
    await screen.findByRole('button', { name: 'Lock' });
  });

  it('say that the passphrase was wrong, and wait for another one', async () => {
    const wrong = () => Promise.reject(new Error('This is not the passphrase.'));
    shows(lockedKeys().state, { 'vault.unlock': wrong });
    type('Passphrase', 'something else');
    press('Unlock');
    await screen.findByText(/This is not the passphrase\./);
    expect(screen.getByRole('button', { name: 'Unlock' }).getAttribute('aria-disabled')).toBe(
      'false',
    );
  });

  it('ask for nothing while nothing is typed', () => {
    const host = shows(lockedKeys().state);
    press('Unlock');
    expect(host.asked).toEqual([]);
  });

  it('still show their addresses and cards', () => {
    shows(lockedKeys().state);
    expect(screen.getAllByRole('row')).toHaveLength(4);
  });

  it('can be opened on Home, where they are in the way', () => {
    render(<UnlockHere />, fakeHost({ state: lockedKeys().state }));
    expect(screen.getByLabelText('Passphrase')).toBeDefined();
    cleanup();
    const { container } = render(<UnlockHere />, fakeHost({ state: onMainnet().state }));
    expect(container.textContent).toBe('');
  });
});

describe('a host without keys', () => {
  it('takes a passphrase that is long enough and typed twice the same', async () => {
    const host = shows(aHostState(), { 'vault.create': accept });
    type('New passphrase', 'short');
    press('Set the passphrase');
    expect(screen.getByText('It needs at least 12 characters.')).toBeDefined();
    type('New passphrase', SECRET);
    type('The same again', `${SECRET}s`);
    expect(screen.getByText('These are two different passphrases.')).toBeDefined();
    press('Set the passphrase');
    expect(host.asked).toEqual([]);
    type('The same again', SECRET);
    press('Set the passphrase');
    expect(everything()).not.toContain(SECRET);
    await waitFor(() =>
      expect(host.asked).toEqual([{ name: 'vault.create', input: { passphrase: SECRET } }]),
    );
  });
});

describe('open keys', () => {
  const identity = { address: 'A'.repeat(44), label: 'mine', card: null, createdAt: 1 };

  it('take in a file by its path, and warn about one that others can read', async () => {
    let known = false;
    const host = shows(onMainnet().state, {
      'vault.import': () => Promise.resolve({ identity, known, readableByOthers: !known }),
    });
    press('Import');
    expect(screen.getByText('Type the path of the file.')).toBeDefined();
    expect(host.asked).toEqual([]);
    type('Key file on this computer', ' /home/ada/.nosana/nosana_key.json ');
    press('Import');
    await screen.findByText(/Imported AAAA…AAAA\./);
    expect(host.asked).toEqual([
      {
        name: 'vault.import',
        input: { path: '/home/ada/.nosana/nosana_key.json', label: 'Imported key' },
      },
    ]);
    expect(screen.getByText(/^Anybody on this computer can read/)).toBeDefined();
    known = true;
    type('Key file on this computer', '/home/ada/other.json');
    type('Name', 'upper slot');
    press('Import');
    await screen.findByText(/AAAA…AAAA was here already\./);
    expect(host.asked[1]?.input).toMatchObject({ label: 'upper slot' });
    expect(screen.queryByText(/^Anybody on this computer/)).toBeNull();
  });

  it('say what was wrong with a file', async () => {
    shows(onMainnet().state, {
      'vault.import': () => Promise.reject(new Error('The two halves do not belong together.')),
    });
    type('Key file on this computer', '/x');
    press('Import');
    await screen.findByText(/The two halves do not belong together\./);
  });

  it('go to a card, or to none', async () => {
    const host = shows(onMainnet().state, { 'vault.assign': accept });
    const [first, second] = onMainnet().state.vault.identities;
    const choice = screen.getByLabelText<HTMLSelectElement>('Card of lower slot');
    expect([...choice.options].map(({ text }) => text)).toEqual([
      'No card yet',
      'RTX 4090 (no. 0)',
      'RTX 4090 (no. 1)',
    ]);
    const card = 'GPU-00000000-0000-0000-0000-000000000001';
    fireEvent.change(choice, { target: { value: card } });
    fireEvent.change(screen.getByLabelText('Card of Imported key'), { target: { value: '' } });
    await waitFor(() =>
      expect(host.asked.map(({ input }) => input)).toEqual([
        { address: second?.address, card },
        { address: first?.address, card: null },
      ]),
    );
  });

  it('say why a card could not be given', async () => {
    shows(onMainnet().state);
    fireEvent.change(screen.getByLabelText('Card of lower slot'), {
      target: { value: 'GPU-00000000-0000-0000-0000-000000000001' },
    });
    await screen.findByText(/nobody answers vault\.assign/);
  });

  it('keep a card that went away in the list, and are locked with one button', async () => {
    const host = shows(onMainnet().state, { 'vault.lock': accept });
    expect(screen.getByRole<HTMLOptionElement>('option', { name: 'Card not here' }).selected).toBe(
      true,
    );
    press('Lock');
    await waitFor(() => expect(host.asked).toEqual([{ name: 'vault.lock', input: {} }]));
  });
});
