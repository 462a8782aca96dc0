import { expect } from 'playwright/test';
import { test } from './support/test.ts';
import { measuredSlow, measuredWell, measuring, notMeasured } from './support/scenes-benchmark.ts';
import { powerNotAllowed, powerNoWay, powerTried, swept } from './support/scenes-power.ts';
import { oneCard } from './support/scenes.ts';
import { aCard, cardsState } from './support/scripted-cards.ts';
import { aReport, historyOf } from './support/scripted-benchmark.ts';

/* Graphics cards, as their owner sees them; the host acts its part. */

test.describe('Graphics cards', () => {
  test('show how each value went, as far back as their owner asks', async ({ page, show }) => {
    await show(oneCard(), '/cards');
    const card = page.getByRole('region', { name: 'NVIDIA GeForce RTX 4090', exact: true });
    await expect(card).toContainText('311 W of 450 W');
    const heat = card.getByRole('img', { name: /^Heat, the last hour: 1\d° to 6\d°$/ });
    await expect(heat.locator('canvas')).toBeVisible();
    await page.getByRole('radio', { name: 'Hour' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(card.getByRole('img', { name: /^Power, the last day: / })).toBeVisible();
    await page.getByRole('radio', { name: 'Year' }).check();
    await expect(card.getByRole('img', { name: /^Fan, the last year: / })).toBeVisible();
  });

  test('follow the card as it is read', async ({ page, show }) => {
    const host = await show(oneCard(), '/cards');
    host.commit({ cards: cardsState(aCard({ temperatureC: 83, slowReasons: ['heat'] })) });
    await expect(page.getByRole('img', { name: '83 degrees' })).toBeVisible();
    await expect(page.getByText('Slowed down by heat')).toBeVisible();
    host.commit({ cards: cardsState(aCard({ isAsleep: true, temperatureC: null })) });
    await expect(page.getByText('Asleep, to save power')).toBeVisible();
  });
});

test.describe('The benchmark of a card', () => {
  test('a card is measured with the keyboard, and shows how far it is', async ({ page, show }) => {
    const host = await show(notMeasured(), '/cards');
    const benchmark = page.getByRole('region', { name: /^Benchmark of/ });
    await expect(benchmark.getByText('Not measured yet.')).toBeVisible();
    await benchmark.getByRole('radio', { name: 'Quick' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(benchmark.getByText('5 minutes under load')).toBeVisible();
    await benchmark.getByRole('button', { name: 'Measure' }).press('Enter');
    await expect.poll(() => host.asked).toEqual(['benchmark.start']);
    host.commit({ benchmark: measuring().state.benchmark });
    await expect(benchmark.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '42');
    await expect(benchmark.getByText('2 min to go')).toBeVisible();
    await benchmark.getByRole('button', { name: 'Stop measuring' }).click();
    await expect.poll(() => host.asked).toEqual(['benchmark.start', 'benchmark.stop']);
  });

  test('the report comes by itself when it is there', async ({ page, show }) => {
    const scene = notMeasured();
    const host = await show(scene, '/cards');
    const benchmark = page.getByRole('region', { name: /^Benchmark of/ });
    await expect(benchmark.getByText('Not measured yet.')).toBeVisible();
    scene.benchmarks = historyOf(aReport());
    host.commit({ benchmark: { running: null, problem: null, revision: 1 } });
    await expect(benchmark.getByRole('heading', { name: /^Healthy/ })).toBeVisible();
    await expect(
      benchmark.getByRole('row', { name: /Reading memory 941 GB\/s 937 GB\/s 100%/ }),
    ).toBeVisible();
    await benchmark.getByText('2 measurements before').click();
    await expect(benchmark.getByRole('table', { name: 'Measurements before' })).toBeVisible();
  });

  test('a run that was stopped says why, and is gone on with', async ({ page, show }) => {
    const host = await show(measuredSlow(), '/cards');
    const benchmark = page.getByRole('region', { name: /^Benchmark of/ });
    await expect(benchmark.getByText('stopped to protect the card')).toBeVisible();
    await expect(benchmark.getByRole('button', { name: 'Go on' })).toHaveCount(0);
    await benchmark.getByRole('radio', { name: 'Health' }).check({ force: true });
    await benchmark.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => host.asked).toEqual(['benchmark.start']);
  });

  test('a card on which a job works is left alone, and it is said why', async ({ page, show }) => {
    const scene = oneCard();
    scene.benchmarks = measuredWell().benchmarks;
    const [card] = scene.state.cards.cards;
    const [identity] = scene.state.identities;
    const job = scene.state.job;
    if (!card || !job) throw new Error('the scene has a card at work');
    scene.state.identities = [
      {
        address: identity?.address ?? 'a',
        card: card.uuid,
        phase: scene.state.host.phase,
        reason: scene.state.host.reason,
        admission: null,
        queue: null,
        market: null,
        nos: null,
        lamports: null,
        job,
      },
    ];
    const host = await show(scene, '/cards');
    const benchmark = page.getByRole('region', { name: /^Benchmark of/ });
    const measure = benchmark.getByRole('button', { name: 'Measure' });
    await expect(measure).toHaveAttribute('aria-disabled', 'true');
    await expect(benchmark.getByText('A job is using the card.')).toBeVisible();
    await measure.click({ force: true });
    expect(host.asked).toEqual([]);
  });
});

test.describe('Power and noise', () => {
  test('the command is shown before anything is asked for', async ({ page, show }) => {
    const host = await show(powerNotAllowed(), '/cards');
    const power = page.getByRole('region', { name: /^Power and noise of/ });
    await expect(power.getByText('/usr/bin/pkexec /opt/Offpeak')).toBeVisible();
    await expect(
      power.getByText('may still be changed on this card: Highest core clock'),
    ).toBeVisible();
    await expect(power.getByRole('textbox')).toHaveCount(0);
    await power.getByRole('button', { name: 'Allow, and put it back' }).press('Enter');
    await expect.poll(() => host.asked).toEqual(['power.allow']);
    host.commit({ power: powerTried().state.power });
    await expect(power.getByRole('textbox', { name: 'Power limit' })).toHaveValue('320');
  });

  test('what is tried counts down, and is kept or put back', async ({ page, show }) => {
    const host = await show(powerTried(), '/cards');
    const power = page.getByRole('region', { name: /^Power and noise of/ });
    await expect(power.getByText('Trying: Highest core clock 2,000 MHz.')).toBeVisible();
    await expect(power.getByText(/goes back in 1[012] s/)).toBeVisible();
    await expect(power.getByText('Held at 290 W now')).toBeVisible();
    await power.getByRole('button', { name: 'Keep' }).click();
    await power.getByRole('button', { name: 'Put it back' }).click();
    await expect.poll(() => host.asked).toEqual(['power.keep', 'power.revert']);
  });

  test('a value that cannot be is refused before the host is asked', async ({ page, show }) => {
    const host = await show(swept(), '/cards');
    const power = page.getByRole('region', { name: /^Power and noise of/ });
    const limit = power.getByRole('textbox', { name: 'Power limit' });
    const attempt = power.getByRole('button', { name: 'Try' }).first();
    for (const wrong of ['', '149', '451', 'many', '1,444']) {
      await limit.fill(wrong);
      await attempt.click();
      await expect(power.getByText('Type a whole number from 150 to 450.')).toBeVisible();
    }
    await limit.fill('300');
    await attempt.click();
    await expect.poll(() => host.asked).toEqual(['power.try']);
  });

  test('quiet hours are kept', async ({ page, show }) => {
    const host = await show(swept(), '/cards');
    const power = page.getByRole('region', { name: /^Power and noise of/ });
    await power.getByLabel('From').fill('23:30');
    await power.getByRole('radio', { name: 'Temperature' }).check({ force: true });
    await power.getByRole('textbox', { name: 'Temperature at most' }).fill('65');
    await power.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => host.asked).toEqual(['power.quiet']);
  });

  test('where there are no rights the owner is told what to type', async ({ page, show }) => {
    await show(powerNoWay(), '/cards');
    const power = page.getByRole('region', { name: /^Power and noise of/ });
    await expect(power.getByText(/^nvidia-smi -i GPU-\S+ -pl 250$/)).toBeVisible();
    await expect(power.getByRole('button', { name: /Allow/ })).toHaveCount(0);
    const benchmark = page.getByRole('region', { name: /^Benchmark of/ });
    await benchmark.getByRole('radio', { name: 'Sweep' }).check({ force: true });
    await expect(benchmark.getByText('allow changes first')).toBeVisible();
  });

  test('a sweep says which limit is worth it, and what each leaves over', async ({
    page,
    show,
  }) => {
    const host = await show(swept(), '/cards');
    const benchmark = page.getByRole('region', { name: /^Benchmark of/ });
    await expect(
      benchmark.getByText('At 315 W it does 93% of its speed and draws 29% less.'),
    ).toBeVisible();
    await expect(
      benchmark.getByRole('row', { name: '315 W 149 TFLOPS 93% 313 W 66° €0.100 €0.386' }),
    ).toBeVisible();
    await benchmark.getByRole('button', { name: 'Try 315 W' }).click();
    await benchmark.getByRole('radio', { name: 'Sweep' }).check({ force: true });
    await benchmark.getByRole('button', { name: 'Measure' }).click();
    await expect.poll(() => host.asked).toEqual(['power.try', 'benchmark.sweep']);
  });
});
