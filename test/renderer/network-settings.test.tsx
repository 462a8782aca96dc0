import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import type { NetworkChoices } from '../../app/contract/network-choices.ts';
import { ContactForm } from '../../renderer/components/contact-form.tsx';
import { LimitsForm } from '../../renderer/components/limits-form.tsx';
import { MainnetChoice } from '../../renderer/components/mainnet-choice.tsx';
import { PinningForm } from '../../renderer/components/pinning-form.tsx';
import { ServersForm } from '../../renderer/components/servers-form.tsx';
import { aHostState, aNetworkChoice } from '../fakes/host/host-state.ts';
import { fakeHost, type FakeHost } from './fake-host.tsx';

afterEach(cleanup);

/** What is kept after a change; the forms read it from the state alone. */
const accept = () => Promise.resolve(aNetworkChoice());

/** Draws one form on a host that takes everything. */
function shows(form: ReactNode, choices: Partial<NetworkChoices> = {}): FakeHost {
  const settings = { ...aHostState().settings, network: aNetworkChoice(choices) };
  const host = fakeHost({
    state: aHostState({ settings }),
    handlers: {
      'settings.network': accept,
      'network.acknowledge': accept,
      'network.choose': accept,
    },
  });
  render(form, host);
  return host;
}

function type(label: string, text: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { value: text } });
}

function press(name: string): void {
  fireEvent.click(screen.getByRole('button', { name }));
}

/** What a field is said to be wrong with; empty where nothing is. */
function wrongWith(label: string): string {
  const field = screen.getByLabelText(label);
  const notes = document.getElementById(field.getAttribute('aria-describedby') ?? '');
  const text = notes?.querySelector('[role=alert]')?.textContent ?? '';
  expect(field.getAttribute('aria-invalid')).toBe(String(text !== ''));
  return text;
}

describe('mainnet', () => {
  it('stays off until the owner ticks to have read what it means', async () => {
    const host = shows(<MainnetChoice />);
    expect(screen.getByText(/^This host works in the practice network/)).toBeDefined();
    for (const words of [
      /real money\.$/,
      /not the official client/,
      /not known/,
      /one key per card/,
      /Jobs of strangers/,
      /Fees and rent/,
      /Nothing is signed/,
      /turn it off/,
    ]) {
      expect(screen.getByText(words, { selector: 'li' })).toBeDefined();
    }
    press('Turn on mainnet');
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Tick first/);
    expect(host.asked).toEqual([]);
    screen.getByRole('checkbox').click();
    press('Turn on mainnet');
    await waitFor(() =>
      expect(host.asked).toEqual([
        { name: 'network.acknowledge', input: {} },
        { name: 'network.choose', input: { kind: 'mainnet' } },
      ]),
    );
  });

  it('is turned off with one button, and on again without reading it all anew', async () => {
    const host = shows(<MainnetChoice />, { kind: 'mainnet', acknowledgedAt: 1_000 });
    expect(screen.getByText(/real money\.$/, { selector: 'p' })).toBeDefined();
    press('Back to practice');
    await waitFor(() => expect(host.asked).toHaveLength(1));
    const settings = {
      ...aHostState().settings,
      network: aNetworkChoice({ acknowledgedAt: 1_000 }),
    };
    host.commit({ settings });
    await screen.findByRole('button', { name: 'Turn on mainnet' });
    expect(screen.queryByRole('checkbox')).toBeNull();
    press('Turn on mainnet');
    await waitFor(() =>
      expect(host.asked.map(({ input }) => input)).toEqual([
        { kind: 'practice' },
        { kind: 'mainnet' },
      ]),
    );
  });

  it('says why it could not be turned on', async () => {
    const settings = { ...aHostState().settings, network: aNetworkChoice({ acknowledgedAt: 1 }) };
    render(<MainnetChoice />, fakeHost({ state: aHostState({ settings }) }));
    press('Turn on mainnet');
    expect((await screen.findByRole('alert')).textContent).toMatch(/^Nothing was changed: /);
  });
});

describe('the contact', () => {
  it('begins with what is kept, and names what is wrong', async () => {
    const contact = { email: 'ada@example.org', discord: 'ada', twitter: null };
    const host = shows(<ContactForm />, { contact });
    type('E-mail address', 'ada@home');
    press('Save');
    expect(wrongWith('E-mail address')).toBe('E-mail address: type it like name@example.org.');
    expect(host.asked).toEqual([]);
    type('E-mail address', ' ada@example.net ');
    type('Discord name (if you like)', ' ');
    press('Save');
    await screen.findByText('Saved.');
    expect(wrongWith('E-mail address')).toBe('');
    expect(host.asked).toEqual([
      {
        name: 'settings.network',
        input: { contact: { email: 'ada@example.net', discord: null, twitter: null } },
      },
    ]);
  });
});

describe('the RPC servers', () => {
  const field = 'Another list';

  it('are shown by their origins, in order', () => {
    shows(<ServersForm which="rpc" />, { rpcOrigins: ['https://a.example', 'https://b.example'] });
    const list = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(list).toEqual(['https://a.example', 'https://b.example']);
  });

  it('are replaced as a list; what was typed, keys and all, is gone from the page', async () => {
    const host = shows(<ServersForm which="rpc" />);
    expect(screen.getByText('Those of the network itself.')).toBeDefined();
    type(field, 'https://a.example/?api-key=secret\n\n  http://127.0.0.1:8899\n');
    press('Replace the list');
    await screen.findByText('Saved.');
    const rpcUrls = ['https://a.example/?api-key=secret', 'http://127.0.0.1:8899'];
    expect(host.asked).toEqual([{ name: 'settings.network', input: { rpcUrls } }]);
    expect(screen.getByLabelText<HTMLTextAreaElement>(field).value).toBe('');
    expect(document.body.innerHTML).not.toContain('secret');
  });

  it.each([
    ['https://a.example\nmy own server', 'Line 2 is not a web address (https://…).'],
    ['ftp://a.example', 'Line 1 is not a web address (https://…).'],
    [' \n ', 'Type at least one address.'],
  ])('are not replaced by %j', (text, wrong) => {
    const host = shows(<ServersForm which="rpc" />);
    type(field, text);
    press('Replace the list');
    expect(wrongWith(field)).toBe(wrong);
    expect(host.asked).toEqual([]);
  });

  it('go back to those of the network, as the gateways do', async () => {
    const host = shows(<ServersForm which="gateways" />, { gatewayOrigins: ['https://a.example'] });
    press('Back to the network’s own');
    await screen.findByText('Saved.');
    expect(host.asked).toEqual([{ name: 'settings.network', input: { gateways: [] } }]);
  });
});

describe('the pinning service', () => {
  const kept = { pinOrigin: 'https://pin.example', hasPinToken: true };

  it('takes an address with its token, and shows the token never again', async () => {
    const host = shows(<PinningForm />);
    const token = screen.getByLabelText<HTMLInputElement>('Token');
    expect(token.type).toBe('password');
    type('Address of the service', 'https://pin.example/api');
    type('Token', 'a secret token');
    press('Save');
    await screen.findByText('Saved.');
    const input = { pinUrl: 'https://pin.example/api', pinToken: 'a secret token' };
    expect(host.asked).toEqual([{ name: 'settings.network', input }]);
    expect(token.value).toBe('');
  });

  it('takes a new token for the address that is kept', async () => {
    const host = shows(<PinningForm />, kept);
    expect(screen.getByText('with a token, which is never shown again')).toBeDefined();
    type('Token', 'a secret token');
    press('Save');
    await screen.findByText('Saved.');
    expect(host.asked[0]?.input).toEqual({ pinToken: 'a secret token' });
  });

  it('never gets the token of another service', async () => {
    const host = shows(<PinningForm />, kept);
    type('Address of the service', 'https://other.example');
    press('Save');
    await screen.findByText('Saved.');
    expect(host.asked[0]?.input).toEqual({ pinUrl: 'https://other.example', pinToken: null });
  });

  it('names what is wrong, and is forgotten with its token', async () => {
    const host = shows(<PinningForm />, kept);
    for (const address of ['', 'pin.example']) {
      type('Address of the service', address);
      press('Save');
      expect(wrongWith('Address of the service')).toContain('https://');
    }
    press('Forget both');
    await screen.findByText('Saved.');
    expect(host.asked.map(({ input }) => input)).toEqual([{ pinUrl: null, pinToken: null }]);
  });
});

describe('the limits', () => {
  const [fee, floor] = ['Most that one transaction may cost in fees', 'Stays in the wallet'];

  it('are typed in SOL and kept in lamports', async () => {
    const host = shows(<LimitsForm />);
    expect(screen.getByLabelText<HTMLInputElement>(fee).value).toMatch(/^0\D0005$/);
    type(fee, '0.001');
    type(floor, '2');
    press('Save');
    await screen.findByText('Saved.');
    const input = { maxFee: '1000000', reserve: '2000000000' };
    expect(host.asked).toEqual([{ name: 'settings.network', input }]);
  });

  it('are saved by the key as well, and never when one is wrong', () => {
    const host = shows(<LimitsForm />);
    type(floor, 'much');
    fireEvent.submit(screen.getByLabelText(floor));
    expect(wrongWith(fee)).toBe('');
    expect(wrongWith(floor)).toMatch(/^Type an amount like 0\D005\.$/);
    expect(host.asked).toEqual([]);
  });
});
