import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostState } from '../../../app/contract/state.ts';
import { envWithFake, recording } from '../../fakes/nvidia-smi/fake-nvidia-smi.ts';
import { Subject } from '../recovery/subject.ts';
import { problem } from './life-kit.ts';

/* Several cards in one computer: a real host in its practice world, with a fake nvidia-smi. */

/** What nvidia-smi prints of two cards, put together from recordings of one each. */
function twoCards(firstIsAtC = 50): string {
  const [one, other] = ['rtx-3060-v12.xml', 'rtx-3080-v12.xml'].map(recording);
  const [, second = ''] = /(<gpu id[\s\S]*<\/gpu>)/.exec(other ?? '') ?? [];
  return (one ?? '')
    .replace(/<gpu_temp>[^<]*/, `<gpu_temp>${firstIsAtC} C`)
    .replace('</gpu>', `</gpu>\n${second}`)
    .replace(/<attached_gpus>\d+/, '<attached_gpus>2');
}

const oneCard = (): string => recording('rtx-3060-v12.xml');

describe.skipIf(problem !== null)(
  `two cards in one computer${problem ? `: skipped, ${problem}` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-two-cards-'));
    const file = join(folder, 'cards.xml');
    let subject: Subject;
    beforeAll(() => {
      writeFileSync(file, twoCards());
      const { PATH = '', FAKE_SMI = '', FAKE_SMI_FILE = '' } = envWithFake('ok', { file });
      subject = Subject.inPractice({ PATH, FAKE_SMI, FAKE_SMI_FILE });
      subject.start();
    });
    afterAll(async () => {
      await subject.remove();
      rmSync(folder, { recursive: true });
    });

    const until = (what: string, fits: (state: HostState) => boolean): Promise<HostState> =>
      subject.until(what, async () => {
        const state = await subject.state();
        return state !== null && fits(state) ? state : null;
      });

    it('each has an address of its own, is admitted by itself, and waits or works in the market', async () => {
      const { identities, cards } = await until('two identities at work', (state) => {
        const atWork = state.identities.filter(
          ({ admission, queue, job }) =>
            admission?.step === 'admitted' && (queue !== null || job !== null),
        );
        return atWork.length === 2;
      });
      expect(new Set(identities.map(({ address }) => address)).size).toBe(2);
      expect(identities.map(({ card }) => card)).toEqual(cards.cards.map(({ uuid }) => uuid));
    });

    it('one earns while the other waits, and Home adds their money up', async () => {
      const state = await until('the first pay', ({ earnings }) => earnings.jobsTotal > 0);
      const nos = state.identities.reduce((sum, one) => sum + BigInt(one.nos ?? 0), 0n);
      const { wallet } = await until('the pay in the wallet', (now) => now.wallet.nos !== '0');
      expect(BigInt(wallet.nos ?? 0)).toBeGreaterThanOrEqual(nos);
      expect(state.network.practice).toBe(true);
    });

    it('a card that is taken out stops lending and says so; the other goes on', async () => {
      await until('no job in hand', ({ identities }) =>
        identities.every(({ job }) => job === null),
      );
      writeFileSync(file, oneCard());
      const { identities } = await until('the missing card', (state) =>
        state.identities.some(({ reason }) => reason.code === 'card-gone'),
      );
      expect(identities.find(({ reason }) => reason.code === 'card-gone')?.phase).toBe('waiting');
      await until('the other one', (state) =>
        state.identities.some(({ phase }) => phase === 'available' || phase === 'working'),
      );
      await until('its place in the queue given up', (state) =>
        state.identities.every(
          ({ reason, queue }) => reason.code !== 'card-gone' || queue === null,
        ),
      );
    });

    it('a card that becomes too hot is not lent until it has cooled; the other goes on', async () => {
      writeFileSync(file, twoCards(95));
      const { identities, cards } = await until('the hot card', (state) =>
        state.identities.some(({ reason, job }) => reason.code === 'cooling' && job === null),
      );
      const hot = identities.find(({ reason }) => reason.code === 'cooling');
      expect(hot).toMatchObject({ card: cards.cards[0]?.uuid, phase: 'paused' });
      expect(hot?.reason.text).toContain('It is at 95 °C');
      await until('the other one', (state) =>
        state.identities.some(({ phase }) => phase === 'available' || phase === 'working'),
      );
      writeFileSync(file, twoCards(50));
      await until('both lent', (state) =>
        state.identities.every(({ queue, job }) => queue !== null || job !== null),
      );
    });

    it('both have their old addresses after a restart', async () => {
      const addresses = (state: HostState | null) =>
        state?.identities.map(({ address }) => address).toSorted();
      const before = addresses(await subject.state());
      writeFileSync(file, twoCards());
      await subject.stop();
      subject.start();
      const after = await until('both again', ({ identities }) => identities.length === 2);
      expect(addresses(after)).toEqual(before);
    });
  },
);
