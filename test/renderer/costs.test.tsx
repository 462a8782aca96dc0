import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { CostPreview } from '../../app/contract/costs.ts';
import { CostsPanel } from '../../renderer/components/costs-panel.tsx';
import { aHostState } from '../fakes/host/host-state.ts';
import { fakeHost } from './fake-host.tsx';

afterEach(cleanup);

const costs: CostPreview = {
  market: 'Market1111',
  items: [
    {
      code: 'nos-account',
      text: 'Rent of the account that receives your NOS.',
      lamports: '2039280',
    },
    { code: 'reserve', text: 'Stays in the wallet.', lamports: '5000000' },
  ],
  total: '7039280',
  balance: '7039279',
  missing: '1',
};

function shows(preview: CostPreview | Error, changes: Parameters<typeof aHostState>[0] = {}): void {
  const answer = () =>
    preview instanceof Error ? Promise.reject(preview) : Promise.resolve(preview);
  render(
    <CostsPanel />,
    fakeHost({ state: aHostState(changes), handlers: { 'network.costs': answer } }),
  );
}

describe('what lending costs', () => {
  it('is every item, the sum, what is there, and what is missing to the last unit', async () => {
    shows(costs);
    const first = await screen.findByRole('row', { name: /account that receives/ });
    expect(first.textContent).toContain('0.00203928 SOL');
    expect(screen.getByRole('row', { name: /All together/ }).textContent).toContain('0.00703928');
    expect(screen.getByRole('row', { name: /In the wallet/ }).textContent).toContain('0.007039279');
    expect(screen.getByRole('row', { name: /Missing/ }).textContent).toContain('0.000000001 SOL');
  });

  it('carries the practice mark where the money is worthless', async () => {
    shows(costs);
    expect(await screen.findByText('Practice')).toBeTruthy();
  });

  it('says nothing of a lack where there is none', async () => {
    shows({ ...costs, balance: '7039280', missing: '0' });
    await screen.findByRole('table');
    expect(screen.queryByText(/Missing/)).toBeNull();
  });

  it('says when it will be known, before there is a market', () => {
    shows(costs, { market: null });
    expect(screen.getByText(/as soon as the network has named a market/)).toBeTruthy();
    expect(screen.queryByRole('table')).toBeNull();
  });
});
