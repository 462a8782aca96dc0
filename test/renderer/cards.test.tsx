import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { SlowReason } from '../../app/contract/gpu.ts';
import type { Alert } from '../../app/contract/telemetry.ts';
import { blankCard } from '../../app/gpu/blank-card.ts';
import { CardAlerts } from '../../renderer/components/card-alerts.tsx';
import { cardFacts } from '../../renderer/components/card-facts.ts';
import { t } from '../../renderer/locales/text.ts';
import { aCard, cardsState } from '../e2e/support/scripted-cards.ts';
import { aHostState } from '../fakes/host/host-state.ts';
import { fakeHost } from './fake-host.tsx';

afterEach(cleanup);

describe('what a card tells of itself', () => {
  const said = (card: Parameters<typeof cardFacts>[0]) =>
    Object.fromEntries(cardFacts(card).map(({ name, value }) => [t(name), value]));

  it('is put in words', () => {
    const card = aCard({
      memoryTemperatureC: 82,
      slowReasons: ['power-cap'],
      ecc: { corrected: 2, uncorrected: 0 },
      pcieGen: 1,
      pcieWidth: 8,
    });
    expect(said(card)).toMatchObject({
      Load: '98%',
      Power: '311 W of 450 W',
      'Memory heat': '82°',
      Link: 'PCIe 1 ×8 of PCIe 4 ×16',
      'Held back by': 'Its power limit',
      'Power limit from': '150 W to 600 W',
      'Made for up to': '90°',
      'Memory errors': '2 corrected, 0 not',
    });
    expect(said(aCard())['Link']).toBe('PCIe 4 ×16');
  });

  it('is left out where it does not tell', () => {
    expect(cardFacts(blankCard({ index: 0, name: 'Quadro P400', uuid: null }))).toEqual([]);
  });

  it('has a word for every reason', () => {
    for (const reason of SlowReason.options) {
      expect(said(aCard({ slowReasons: [reason] }))['Held back by']).toMatch(/^[A-Z]/);
    }
  });
});

describe('alerts', () => {
  const alert: Alert = {
    code: 'too-hot',
    card: 'GPU-00000000-0000-0000-0000-000000000001',
    since: Date.now(),
    text: 'It is at 94 °C.',
    remedy: 'Clean its fans.',
  };
  const shows = (...alerts: Alert[]) => {
    const cards = cardsState(aCard(), aCard({ index: 1 }));
    render(<CardAlerts />, fakeHost({ state: aHostState({ alerts, cards }) }));
  };

  it('name the card, what is wrong, since when, and what to do', () => {
    shows(alert, { ...alert, code: 'xid-62', card: null });
    expect(screen.getByRole('region', { name: 'Something is wrong with a card' })).toBeDefined();
    const [first, second] = screen.getAllByRole('heading', { level: 3 });
    expect(first?.textContent).toContain('RTX 4090');
    expect(first?.textContent).toMatch(/1/);
    expect(second?.textContent).toBe('A card');
    expect(screen.getAllByText(/^It is at 94 °C\. Since /)).toHaveLength(2);
    expect(screen.getAllByText('Clean its fans.')).toHaveLength(2);
  });

  it('are not there when all is well', () => {
    shows();
    expect(screen.queryByRole('region')).toBeNull();
  });
});
