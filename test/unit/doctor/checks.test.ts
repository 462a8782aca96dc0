import { describe, expect, it } from 'vitest';
import { cardCheck, diskCheck, engineCheck, networkCheck } from '../../../app/doctor/checks.ts';

const problem = { code: 'x.y', message: 'It is broken.', remedy: 'Mend it.' };

describe('the doctor', () => {
  it('names what answers when all is well', () => {
    expect(
      engineCheck({ ok: true, name: 'Docker', version: '28.2.2', internet: 'filtered' }),
    ).toEqual({
      name: 'engine',
      ok: true,
      message: 'Docker 28.2.2 answers. Jobs reach the Internet through a filter, and nothing else.',
      remedy: null,
    });
    expect(networkCheck({ label: 'Practice network', state: 'connected', problem: null }).ok).toBe(
      true,
    );
  });

  it('says what is missing, why it matters, and the exact remedy', () => {
    expect(engineCheck({ ok: false, problem })).toEqual({
      name: 'engine',
      ok: false,
      message: 'It is broken. Jobs run in containers.',
      remedy: 'Mend it.',
    });
    const noCard = cardCheck({ driver: null, cuda: null, cards: [], source: null, problem });
    expect(noCard).toMatchObject({ ok: false, message: 'It is broken.' });
    expect(noCard.remedy).toBe('Mend it.');
    expect(networkCheck({ label: 'Practice', state: 'starting', problem }).remedy).toBe('Mend it.');
  });

  it('asks for room before there is none', () => {
    expect(diskCheck(50 * 1024 ** 3, '/home').ok).toBe(true);
    expect(diskCheck(1024 ** 3, '/home')).toMatchObject({
      ok: false,
      message: expect.stringContaining('1.0 GiB free') as string,
      remedy: expect.stringContaining('OFFPEAK_HOME') as string,
    });
    expect(diskCheck(null, '/home')).toMatchObject({ ok: true, remedy: null });
  });
});
