import { describe, expect, it } from 'vitest';
import { createFinishShapes } from '../../../../app/network/nosana/finish-shape.ts';
import { memorySettings } from '../../../fakes/network/memory-settings.ts';

/** A chain whose program takes only this shape; counts how often it is asked. */
function program(takes: 'ten' | 'eleven' | 'neither' | 'both') {
  const asked: string[] = [];
  const simulate = (shape: string) => {
    asked.push(shape);
    const failure = { customCode: 3005, reason: 'AccountNotEnoughKeys', logs: [] };
    return Promise.resolve(
      shape === takes || takes === 'both'
        ? { ok: true as const, unitsConsumed: 1 }
        : { ok: false as const, failure },
    );
  };
  return { asked, simulate };
}

describe('which accounts "finish" wants', () => {
  it.each(['ten', 'eleven'] as const)('is found out by simulation (%s)', async (takes) => {
    const shapes = createFinishShapes(memorySettings(), 'practice');
    expect(await shapes.choose('P', program(takes).simulate)).toBe(takes);
  });

  it('is the documented one where the program takes both, and both are tried', async () => {
    const chain = program('both');
    const shapes = createFinishShapes(memorySettings(), 'practice');
    expect(await shapes.choose('P', chain.simulate)).toBe('ten');
    expect(chain.asked).toEqual(['ten', 'eleven']);
  });

  it('is asked for each network by itself: their programs have the same address', async () => {
    const settings = memorySettings();
    await createFinishShapes(settings, 'practice').choose('P', program('ten').simulate);
    const mainnet = createFinishShapes(settings, 'mainnet');
    expect(await mainnet.choose('P', program('eleven').simulate)).toBe('eleven');
  });

  it('is asked once, also over restarts', async () => {
    const settings = memorySettings();
    const chain = program('eleven');
    await createFinishShapes(settings, 'practice').choose('P', chain.simulate);
    await createFinishShapes(settings, 'practice').choose('P', chain.simulate);
    expect(chain.asked).toEqual(['ten', 'eleven']);
  });

  it('is asked for each program by itself', async () => {
    const shapes = createFinishShapes(memorySettings(), 'practice');
    await shapes.choose('P', program('ten').simulate);
    expect(await shapes.choose('Q', program('eleven').simulate)).toBe('eleven');
  });

  it('is asked again after a refusal: the program may have been replaced', async () => {
    const shapes = createFinishShapes(memorySettings(), 'practice');
    await shapes.choose('P', program('ten').simulate);
    shapes.forget('P');
    expect(await shapes.choose('P', program('eleven').simulate)).toBe('eleven');
  });

  it('is not learned where neither works, since then it is something else', async () => {
    const settings = memorySettings();
    const shapes = createFinishShapes(settings, 'practice');
    expect(await shapes.choose('P', program('neither').simulate)).toBe('ten');
    expect([...settings.values]).toEqual([]);
  });

  it('is not learned from a server that fails', async () => {
    const shapes = createFinishShapes(memorySettings(), 'practice');
    const down = () => Promise.reject(new Error('down'));
    await expect(shapes.choose('P', down)).rejects.toThrow('down');
    expect(await shapes.choose('P', program('eleven').simulate)).toBe('eleven');
  });
});
