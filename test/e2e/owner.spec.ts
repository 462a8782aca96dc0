import { expect } from 'playwright/test';
import { brokenOff, hole, proven, proving, severalEngines } from './support/scenes-owner.ts';
import { inQueue } from './support/scenes.ts';
import { aProof, proofResults } from './support/scripted-proof.ts';
import { test } from './support/test.ts';

/* What the owner proves in Doctor and chooses in Settings. */

test.describe('Doctor, the isolation', () => {
  test('is proven with one key, and answers one by one', async ({ page, show }) => {
    const host = await show(inQueue(), '/doctor');
    const panel = page.getByRole('region', { name: 'Isolation' });
    await expect(panel).toContainText('Not proven yet');
    const button = panel.getByRole('button', { name: 'Prove it' });
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => host.asked).toEqual(['isolation.prove']);
    const results = proofResults();
    const running = aProof({ running: true, report: null });
    for (const count of [0, 1, 2]) {
      host.commit({ proof: { ...running, results: results.slice(0, count) } });
      await expect(panel.getByRole('listitem')).toHaveCount(count);
    }
    // The button keeps the keyboard, and does nothing.
    await expect(button).toBeFocused();
    await expect(button).toHaveAccessibleDescription(/still running/);
    await page.keyboard.press('Enter');
    host.commit({ proof: aProof() });
    await expect(panel.getByRole('heading', { level: 3 }).first()).toHaveText(
      'Every attempt was stopped',
    );
    await expect(panel).toContainText('Docker 29.1.3');
    await page.keyboard.press('Enter');
    await expect.poll(() => host.asked).toEqual(['isolation.prove', 'isolation.prove']);
  });

  test('shows what was tried when a question is opened', async ({ page, show }) => {
    await show(proven(), '/doctor');
    const answers = page.getByRole('list', { name: 'What was tried' });
    const tried = answers.getByText('192.168.178.24:40117');
    await expect(tried).toBeHidden();
    await answers.getByText('Can a job reach programs on this computer?').click();
    await expect(tried).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(tried).toBeHidden();
  });

  test('says a hole loudly, wherever the owner is', async ({ page, show }) => {
    const host = await show(hole());
    const doctor = page.getByRole('link', { name: 'Doctor 1 problem' });
    await doctor.click();
    await expect(page.getByRole('heading', { name: '1 thing needs you' })).toBeVisible();
    const panel = page.getByRole('region', { name: 'Isolation' });
    await expect(panel.getByText('Needs you:')).toHaveCSS('color', 'rgb(181, 53, 43)');
    await expect(panel).toContainText('Do not lend until this is solved');
    await panel.getByRole('button', { name: 'Take it back' }).click();
    await expect.poll(() => host.asked).toEqual(['host.takeBack']);
    await panel.getByRole('link', { name: 'Choose another engine' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  });

  test('copies the report', async ({ page, show, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { scene } = await show(hole(), '/doctor');
    await page.getByRole('button', { name: 'Copy Report' }).click();
    await expect(page.getByText('Copied')).toBeVisible();
    const text = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(JSON.parse(text)).toEqual(scene.state.proof.report);
  });

  test('is not called proven when the proof broke off', async ({ page, show }) => {
    await show(brokenOff(), '/doctor');
    const panel = page.getByRole('region', { name: 'Isolation' });
    await expect(panel).toContainText('The proof could not be finished');
    await expect(panel.getByText('systemctl start docker')).toBeVisible();
    await expect(panel).not.toContainText('Every attempt was stopped');
  });

  test('an answer that was opened stays open while others come', async ({ page, show }) => {
    const host = await show(proving(), '/doctor');
    const answers = page.getByRole('list', { name: 'What was tried' });
    await answers.getByText('Can a job read your files?').click();
    await expect(answers.getByText('7 folders of this computer')).toBeVisible();
    host.commit({ proof: aProof() });
    await expect(answers.getByText('Can a job use a card')).toBeVisible();
    await expect(answers.getByText('7 folders of this computer')).toBeVisible();
  });
});

test.describe('Settings', () => {
  test('an engine is chosen with the keyboard, and it is said from when', async ({
    page,
    show,
  }) => {
    const host = await show(severalEngines(), '/settings');
    const engines = page.getByRole('group', { name: 'Container engine' });
    await expect(engines.getByRole('radio')).toHaveCount(5);
    await expect(engines.getByRole('radio', { name: 'Podman 5.4.2 (rootless)' })).toBeDisabled();
    const before = await engines.boundingBox();
    await engines.getByRole('radio', { name: 'Automatic' }).focus();
    await page.keyboard.press('ArrowDown');
    await expect(engines.getByRole('radio', { name: 'Docker 29.1.3' })).toBeChecked();
    await expect(engines.getByRole('status').first()).toHaveText(
      'From the next job on, jobs run in Docker 29.1.3.',
    );
    await expect.poll(() => host.asked).toEqual(['settings.engine']);
    host.commit({
      settings: {
        ...host.scene.state.settings,
        engine: '/var/run/docker.sock',
        internet: 'filtered',
      },
    });
    // What cannot be chosen is passed over.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(engines.getByRole('radio', { name: 'Automatic' })).toBeChecked();
    expect(await engines.boundingBox()).toEqual(before);
  });

  test('what jobs reach is chosen by a click anywhere in its row', async ({ page, show }) => {
    const host = await show(severalEngines(), '/settings');
    const reach = page.getByRole('group', { name: 'What jobs may reach' });
    await reach.getByText('fewer jobs succeed on your card').click();
    await expect(reach.getByRole('radio', { name: /^Nothing outside/ })).toBeChecked();
    await expect(reach.getByRole('status')).toHaveText(
      'From the next job on, jobs reach nothing outside.',
    );
    expect(host.asked).toEqual(['settings.internet']);
  });

  test('shows where the keyboard is, in forced colours too', async ({ page, show }) => {
    await show(severalEngines(), '/settings');
    await page.emulateMedia({ forcedColors: 'active' });
    await page.getByRole('radio', { name: 'Automatic' }).focus();
    await page.keyboard.press('ArrowDown');
    const row = page.locator('label').filter({ hasText: '/var/run/docker.sock' });
    await expect(row).toHaveCSS('outline-style', 'solid');
    await expect(row).toHaveCSS('outline-width', '2px');
  });

  test('engines are looked for again', async ({ page, show }) => {
    const host = await show(severalEngines(), '/settings');
    await expect(page.getByRole('radio', { name: 'Docker 29.1.3' })).toBeVisible();
    host.scene.engines = [];
    await page.getByRole('button', { name: 'Look again' }).click();
    await expect(page.getByText('No container engine answers on this computer')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Look again' })).toBeFocused();
  });
});
