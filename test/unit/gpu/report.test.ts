import { describe, expect, it } from 'vitest';
import { CardReport } from '../../../app/contract/gpu.ts';
import { reportOf } from '../../../app/gpu/report.ts';
import { logOf, recording } from '../../fakes/nvidia-smi/fake-nvidia-smi.ts';

const RTX = recording('rtx-3060-v12.xml');

async function reportOn(xml: string, warning = ''): Promise<CardReport> {
  return reportOf({ kind: 'log', log: await logOf(xml), warning });
}

describe('the report that the owner sees', () => {
  it.each([
    'a100-sxm4-v12.xml',
    'gtx-1070-ti.xml',
    'quadro-p400.xml',
    'rtx-3060-v12.xml',
    'rtx-3080-v12.xml',
    'rtx-4000-sff-ada-v13.xml',
    'tesla-t4.xml',
  ])('of %s has its card, no problem, and the shape of the contract', async (name) => {
    const report = await reportOn(recording(name));
    expect(report.problem).toBeNull();
    expect(report.cards).toHaveLength(1);
    expect(CardReport.parse(report)).toEqual(report);
  });

  it('of a driver without cards says so, and still names the driver', async () => {
    const report = await reportOn(RTX.replace(/<gpu [\s\S]*<\/gpu>/, ''));
    expect(report).toMatchObject({
      driver: '570.124.04',
      cards: [],
      problem: { code: 'gpu.no-card' },
    });
  });

  it('of a failure has no cards and one problem', () => {
    expect(reportOf({ kind: 'timed-out', exitCode: null, text: 'no answer' })).toMatchObject({
      driver: null,
      cuda: null,
      cards: [],
      problem: { code: 'gpu.driver-hangs' },
    });
  });

  it('of a document that is none says that it is not understood', () => {
    expect(reportOf({ kind: 'log', log: { html: '' }, warning: '' })).toMatchObject({
      cards: [],
      problem: { code: 'gpu.unreadable' },
    });
  });

  it('shows the working cards beside the one that is lost', async () => {
    const lost = '<gpu id="1"><fan_speed>GPU is lost</fan_speed></gpu>';
    const report = await reportOn(RTX.replace('</gpu>', `</gpu>${lost}`));
    expect(report.cards).toHaveLength(2);
    expect(report.problem).toMatchObject({
      code: 'gpu.card-lost',
      message: expect.stringContaining('Card 1') as string,
    });
  });

  it('says which card is stuck', async () => {
    const report = await reportOn(RTX.replace('<fan_speed>0 %', '<fan_speed>GPU requires reset'));
    expect(report.problem).toMatchObject({
      code: 'gpu.card-needs-reset',
      message: 'Card 0 is stuck and has to be reset.',
    });
  });
});

describe('a remark beside a good document', () => {
  it('is no problem when it tells of none', async () => {
    const report = await reportOn(RTX, 'WARNING: infoROM is corrupted at gpu 0000:01:00.0');
    expect(report).toMatchObject({ problem: null, cards: [{ index: 0 }] });
  });

  it('is one when it tells of a known one', async () => {
    const warning = 'Unable to determine the device handle for GPU 0000:02:00.0: Unknown Error';
    const report = await reportOn(RTX, warning);
    expect(report).toMatchObject({ problem: { code: 'gpu.card-lost' }, cards: [{ index: 0 }] });
  });
});
