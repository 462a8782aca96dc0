import { describe, expect, it } from 'vitest';
import { KeyedLock } from '../../../app/containers/keyed-lock.ts';

describe('work on one run', () => {
  it('happens one after the other, also after a failure; other runs do not wait', async () => {
    const lock = new KeyedLock();
    const done: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = lock.run('a', async () => {
      await held;
      done.push('first of a');
      throw new Error('fails');
    });
    const second = lock.run('a', () => Promise.resolve(done.push('second of a')));
    await lock.run('b', () => Promise.resolve(done.push('first of b')));
    release();
    await expect(first).rejects.toThrow('fails');
    await second;
    expect(done).toEqual(['first of b', 'first of a', 'second of a']);
  });
});
