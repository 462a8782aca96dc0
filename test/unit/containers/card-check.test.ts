import { describe, expect, it } from 'vitest';
import { faultInView } from '../../../app/containers/card-check.ts';

/** What the probe prints (build/guard, `/probe gpu`). */
const view = (nodes: Record<string, string>): string =>
  `${JSON.stringify({ attempt: 'gpu', reached: true, tried: '', stopped: null, detail: { NVIDIA_VISIBLE_DEVICES: 'GPU-1', nodes } })}\n`;

const COMMON = { '/dev/nvidiactl': 'reached', '/dev/nvidia-uvm': 'reached' };

describe('what a container sees of the cards', () => {
  it.each([
    ['one card of one', { ...COMMON, '/dev/nvidia1': 'reached' }, 1],
    ['two cards of two', { ...COMMON, '/dev/nvidia0': 'reached', '/dev/nvidia3': 'reached' }, 2],
    ['the door that Windows has for all cards', { '/dev/dxg': 'reached' }, 2],
  ])('%s is well', (_, nodes, cards) => {
    expect(faultInView(view(nodes), cards)).toBeNull();
  });

  it.each([
    ['no card', {}, 1, 'it sees 0 of 1'],
    ['the driver without a card', COMMON, 1, 'it sees 0 of 1'],
    [
      'more than is lent',
      { ...COMMON, '/dev/nvidia0': 'reached', '/dev/nvidia1': 'reached' },
      1,
      'it sees 2 of 1',
    ],
    ['a card behind a closed door', { '/dev/nvidia0': 'EPERM' }, 1, 'not open /dev/nvidia0: EPERM'],
  ])('%s is not', (_, nodes, cards, words) => {
    expect(faultInView(view(nodes), cards)).toContain(words);
  });

  it('nothing readable is no proof', () => {
    for (const output of ['', 'segfault', '{"attempt":"gpu"}']) {
      expect(faultInView(output, 1)).toContain('came to nothing');
    }
  });
});
