import { describe, expect, it } from 'vitest';
import { isOlder } from '../../../../app/network/host-manager/version.ts';

describe('versions', () => {
  it.each([
    ['0.9.9', '1.0.0'],
    ['1.9.0', '1.10.0'],
    ['1.0.0-beta', '1.0.0'],
    ['1.0.0-alpha', '1.0.0-alpha.1'],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta'],
    ['1.0.0-beta.2', '1.0.0-beta.11'],
    ['1.0.0-rc.1', 'v1.0.0'],
  ])('%s is older than %s, and not the other way round', (older, newer) => {
    expect(isOlder(older, newer)).toBe(true);
    expect(isOlder(newer, older)).toBe(false);
  });

  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3', '1.2.3'],
    ['1.2.3+build.5', '1.2.3+other'],
  ])('%s is as good as %s', (one, other) => {
    expect(isOlder(one, other)).toBe(false);
    expect(isOlder(other, one)).toBe(false);
  });

  it.each(['', 'latest', '1.2', '1.2.3.4', '1.2.x'])('nothing is known of "%s"', (text) => {
    expect(isOlder('1.2.3', text)).toBeNull();
    expect(isOlder(text, '1.2.3')).toBeNull();
  });
});
