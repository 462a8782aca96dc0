import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Handlers } from '../../app/contract/commands.ts';
import type { EngineFound, Settings } from '../../app/contract/settings.ts';
import { EngineChoice } from '../../renderer/components/engine-choice.tsx';
import { HeatForm } from '../../renderer/components/heat-form.tsx';
import { MoneyForm } from '../../renderer/components/money-form.tsx';
import { InternetChoice } from '../../renderer/components/internet-choice.tsx';
import { aHostState } from '../fakes/host/host-state.ts';
import { fakeHost, type FakeHost } from './fake-host.tsx';

afterEach(cleanup);

const docker: EngineFound = { address: '/a.sock', name: 'Docker 29', usable: true, why: null };
const podman: EngineFound = {
  address: '/b.sock',
  name: 'Podman 5',
  usable: false,
  why: 'Podman cannot.',
};
const usual = aHostState().settings;
const accept = () => Promise.resolve({ accepted: true as const });

function hostWith(settings: Partial<Settings>, handlers: Partial<Handlers> = {}): FakeHost {
  const state = aHostState({ settings: { ...usual, ...settings } });
  const find = () => Promise.resolve({ engines: [docker, podman] });
  return fakeHost({ state, handlers: { 'engines.find': find, ...handlers } });
}

function radio(name: string | RegExp): HTMLInputElement {
  return screen.getByRole<HTMLInputElement>('radio', { name });
}

function statuses(): string {
  return screen
    .getAllByRole('status')
    .map(({ textContent }) => textContent)
    .join('|');
}

describe('the choice of the engine', () => {
  it('offers what was found, and says why something cannot be chosen', async () => {
    render(<EngineChoice />, hostWith({}));
    await screen.findByText('The first that fits: Docker 29 at the moment.');
    expect(radio('Automatic').checked).toBe(true);
    expect(radio('Docker 29').disabled).toBe(false);
    expect(radio('Podman 5').disabled).toBe(true);
    const help = radio('Podman 5').getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(help)?.textContent).toContain('Podman cannot.');
  });

  it('applies at once, shows it before the host does, and says from when it holds', async () => {
    const host = hostWith({}, { 'settings.engine': accept });
    render(<EngineChoice />, host);
    await screen.findByText('Docker 29');
    radio('Docker 29').click();
    expect(radio('Docker 29').checked).toBe(true);
    await waitFor(() => expect(statuses()).toContain('From the next job on, jobs run in Docker'));
    expect(host.asked.at(-1)).toEqual({ name: 'settings.engine', input: { address: '/a.sock' } });
  });

  it('follows the host when somebody else changes it', async () => {
    const host = hostWith({}, { 'settings.engine': accept });
    render(<EngineChoice />, host);
    await screen.findByText('Docker 29');
    radio('Docker 29').click();
    // Both at once, as when the host merges its patches.
    host.commit({ settings: { ...usual, engine: '/a.sock' } });
    host.commit({ settings: usual });
    await waitFor(() => expect(radio('Automatic').checked).toBe(true), { timeout: 3_000 });
  });

  it('takes the choice back when the host refuses it, and says why', async () => {
    render(<EngineChoice />, hostWith({}));
    await screen.findByText('Docker 29');
    radio('Docker 29').click();
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Nothing was changed: /);
    expect(radio('Automatic').checked).toBe(true);
  });

  it('shows a chosen engine that is away', async () => {
    render(<EngineChoice />, hostWith({ engine: '/gone.sock' }));
    await screen.findByText(/^Not found at the moment/);
    expect(radio('/gone.sock').checked).toBe(true);
  });

  it('looks again', async () => {
    let found = [docker];
    const host = hostWith({}, { 'engines.find': () => Promise.resolve({ engines: found }) });
    render(<EngineChoice />, host);
    const button = await screen.findByRole('button', { name: 'Look again' });
    found = [];
    fireEvent.click(button);
    expect(button.textContent).toBe('Looking for engines…');
    await waitFor(() => expect(statuses()).toContain('No container engine answers'));
  });
});

describe('the choice of what jobs reach', () => {
  it('applies at once and says from when it holds', async () => {
    const host = hostWith({}, { 'settings.internet': accept });
    render(<InternetChoice />, host);
    expect(screen.getByRole('group', { name: 'What jobs may reach' })).toBeDefined();
    radio(/^Nothing outside/).click();
    await waitFor(() =>
      expect(statuses()).toContain('From the next job on, jobs reach nothing outside.'),
    );
    expect(host.asked).toEqual([{ name: 'settings.internet', input: { internet: 'none' } }]);
  });
});

describe('the limit of heat', () => {
  const field = () => screen.getByLabelText<HTMLInputElement>('Lend a card up to');
  const save = (typed: string) => {
    fireEvent.change(field(), { target: { value: typed } });
    screen.getByRole('button', { name: 'Save' }).click();
  };

  it('is shown as it is kept, and saved', async () => {
    const host = hostWith({ heatLimitC: 82 }, { 'settings.heat': accept });
    render(<HeatForm />, host);
    expect(field().value).toBe('82');
    save(' 78 ');
    await waitFor(() => expect(statuses()).toContain('Saved'));
    expect(host.asked).toEqual([{ name: 'settings.heat', input: { limitC: 78 } }]);
  });

  it.each(['', '59', '101', '80.5', 'hot', '-70', '1e2'])('is never %j', async (typed) => {
    const host = hostWith({});
    render(<HeatForm />, host);
    save(typed);
    await screen.findByText('Type a whole number from 60 to 100.');
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(host.asked).toEqual([]);
  });
});

describe('what electricity costs', () => {
  const type = (label: string, typed: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value: typed } });
  const save = () => screen.getByRole('button', { name: 'Save' }).click();

  it('is saved, with a comma as well as a point, and without a worth of NOS', async () => {
    const host = hostWith({}, { 'settings.money': accept });
    render(<MoneyForm />, host);
    type('Currency', ' usd ');
    type('A kilowatt-hour costs', '0,32');
    save();
    await waitFor(() => expect(statuses()).toContain('Saved'));
    expect(host.asked).toEqual([
      { name: 'settings.money', input: { currency: 'USD', perKwh: 0.32, perNos: null } },
    ]);
  });

  it.each([
    ['Currency', 'euros', /three letters/],
    ['A kilowatt-hour costs', '1,444', /without a mark for thousands/],
    ['A NOS is worth to you', 'much', /Type a number such as/],
  ])('%s is never "%s"', async (label, typed, said) => {
    const host = hostWith({});
    render(<MoneyForm />, host);
    type(label, typed);
    save();
    await screen.findByText(said);
    expect(host.asked).toEqual([]);
  });
});
