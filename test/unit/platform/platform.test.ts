import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../app/platform/machine.ts';
import { hasLocalChain, localChainPackage, offpeakHome } from '../../../app/platform/platform.ts';

const LINUX: Machine = {
  os: 'linux',
  arch: 'x64',
  libc: 'glibc',
  homeFolder: '/home/ada',
  userId: 1000,
};
const MAC: Machine = { ...LINUX, os: 'macos', libc: null, homeFolder: '/Users/ada', userId: 501 };
const WINDOWS: Machine = {
  ...LINUX,
  os: 'windows',
  libc: null,
  homeFolder: 'C:\\Users\\ada',
  userId: null,
};

describe('the folder that holds everything', () => {
  it.each([
    ['Linux', LINUX, {}, '/home/ada/.local/share/offpeak'],
    ['Linux', LINUX, { XDG_DATA_HOME: '/data' }, '/data/offpeak'],
    ['Linux', LINUX, { XDG_DATA_HOME: '' }, '/home/ada/.local/share/offpeak'],
    ['Linux', LINUX, { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/offpeak'],
    ['macOS', MAC, { XDG_DATA_HOME: '/data' }, '/Users/ada/Library/Application Support/Offpeak'],
    ['Windows', WINDOWS, { LOCALAPPDATA: 'D:\\Local' }, 'D:\\Local\\Offpeak'],
    ['Windows', WINDOWS, {}, 'C:\\Users\\ada\\AppData\\Local\\Offpeak'],
  ])('on %s %#', (_name, machine, env, home) => expect(offpeakHome(env, machine)).toBe(home));

  it('is OFFPEAK_HOME wherever that is set', () => {
    expect(offpeakHome({ OFFPEAK_HOME: '/srv/offpeak', XDG_DATA_HOME: '/d' }, LINUX)).toBe(
      '/srv/offpeak',
    );
    expect(offpeakHome({ OFFPEAK_HOME: 'E:\\offpeak' }, WINDOWS)).toBe('E:\\offpeak');
  });

  it('is absolute even if OFFPEAK_HOME is not, so that it survives a change of folder', () => {
    expect(offpeakHome({ OFFPEAK_HOME: 'mine' }, LINUX)).toMatch(/^\/.*\/mine$/);
  });

  it('is not the current folder when OFFPEAK_HOME is empty', () => {
    expect(offpeakHome({ OFFPEAK_HOME: '' }, LINUX)).toBe('/home/ada/.local/share/offpeak');
  });

  it('is somewhere on this computer too', () => {
    expect(offpeakHome({})).toMatch(/offpeak$/i);
  });
});

describe('the local chain', () => {
  it.each([
    [LINUX, '@solana/surfpool-linux-x64-gnu'],
    [MAC, '@solana/surfpool-darwin-x64'],
    [{ ...MAC, arch: 'arm64' }, '@solana/surfpool-darwin-arm64'],
  ])('exists for %o', (machine, packageName) => {
    expect(localChainPackage(machine)).toEqual({ packageName });
    expect(hasLocalChain(machine)).toBe(true);
  });

  it.each([
    [{ ...LINUX, libc: 'musl' as const }, /musl/],
    [{ ...LINUX, arch: 'arm64' }, /arm64/],
    [WINDOWS, /Windows/],
    [{ ...LINUX, os: 'other' as const }, /other/],
  ])('does not for %o, and says why', (machine, reason) => {
    expect(localChainPackage(machine)).toEqual({
      packageName: null,
      reason: expect.stringMatching(reason) as string,
    });
    expect(hasLocalChain(machine)).toBe(false);
  });
});
