import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { Outcome, Stage } from '../../app/contract/job.ts';
import { DayPart } from '../../app/contract/phase.ts';
import { outcomeTone, phaseTone } from '../../renderer/components/tone.ts';

describe('the colours', () => {
  it('mean something for every part of a day', () => {
    const tones = Object.fromEntries(DayPart.options.map((part) => [part, phaseTone(part)]));
    expect(tones).toEqual({
      off: 'none',
      paused: 'mine',
      waiting: 'ready',
      preparing: 'pull',
      available: 'ready',
      working: 'earning',
      yielding: 'mine',
      yielded: 'mine',
      'needs-you': 'fault',
      cooling: 'hot',
    });
  });

  it('mean something for every end of a job', () => {
    const tones = Outcome.options.map((outcome) => [outcome, outcomeTone(outcome, 'closed')]);
    expect(Object.fromEntries(tones)).toEqual({
      paid: 'earning',
      'handed-back': 'mine',
      'ended-by-client': 'earning',
      refused: 'hot',
      lost: 'fault',
    });
  });

  it('are green for an open job only while it earns', () => {
    const green = Stage.options.filter((stage) => outcomeTone(null, stage) === 'earning');
    expect(green).toEqual(['running']);
  });

  it('stand in the tokens, one class each', () => {
    const all = [
      ...DayPart.options.map(phaseTone),
      ...Outcome.options.map((outcome) => outcomeTone(outcome, 'closed')),
    ];
    const tokens = ts.sys.readFile('renderer/styles/tokens.css');
    for (const tone of all) expect(tokens).toContain(`.tone-${tone} {`);
  });
});
