import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../app/lending/published-limits.ts';

const atLeast = (key: string, value: number) => ({ '>=': [{ var: key }, value] });

describe('what the network publishes that it asks for', () => {
  it('is read in the units of this program', () => {
    expect(
      limitsOf([
        atLeast('ram_mb', 12_000),
        atLeast('disk_space_gb', 256),
        { '>': [{ var: 'download_speed_mb' }, 100] },
        atLeast('upload_speed_mb', 50),
        { '<=': [{ var: 'ping_ms' }, 100] },
      ]),
    ).toEqual({
      memoryBytes: 12e9,
      diskTotalBytes: 256e9,
      downloadBitsPerSecond: 100e6,
      uploadBitsPerSecond: 50e6,
      latencyMs: 100,
    });
  });

  it('is the strictest of several rules, also of rules inside a rule', () => {
    const rules = [atLeast('ram_mb', 8_000), { and: [atLeast('ram_mb', 16_000), true] }];
    expect(limitsOf([...rules, { '<': [{ var: 'ping_ms' }, 90] }])).toEqual({
      memoryBytes: 16e9,
      latencyMs: 90,
    });
  });

  it.each<[string, unknown]>([
    ['a comparison the other way round', { '<=': [{ var: 'ram_mb' }, 1] }],
    ['a metric that nobody can know beforehand', atLeast('tokens_per_second', 40)],
    ['a choice between two', { or: [atLeast('ram_mb', 1), atLeast('disk_space_gb', 1)] }],
    ['a name of every object', atLeast('constructor', 1)],
    ['a text', 'ram_mb >= 1'],
    ['nothing', null],
  ])('leaves out %s', (_what, rule) => {
    expect(limitsOf([rule])).toEqual({});
  });
});
