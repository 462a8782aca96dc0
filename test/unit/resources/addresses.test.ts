import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isAllowedAddress } from '../../../app/adapters/outside/addresses.ts';

describe('an address that a job names', () => {
  it.each([
    ['8.8.8.8'],
    ['1.1.1.1'],
    ['172.15.255.255'],
    ['172.32.0.1'],
    ['100.63.255.255'],
    ['223.255.255.255'],
    ['2606:4700:4700::1111'],
    ['2001:4860:4860::8888'],
    ['::ffff:8.8.8.8'],
    ['::ffff:808:808'],
    ['64:ff9b::8.8.8.8'],
    ['64:ff9b::808:808'],
  ])('may be one of the public internet: %s', (address) => {
    expect(isAllowedAddress(address, {}, [])).toBe(true);
  });

  it.each([
    ['0.0.0.0', 'this network'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'carrier'],
    ['100.127.255.255', 'carrier'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'metadata of clouds'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.8', 'protocol assignments'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', '6to4 relay'],
    ['192.168.1.1', 'private'],
    ['198.18.0.1', 'benchmark'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.9', 'documentation'],
    ['224.0.0.251', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:10.0.0.1', 'mapped private'],
    ['::ffff:a00:1', 'mapped private, in hexadecimal'],
    ['::ffff:7f00:1', 'mapped loopback'],
    ['0:0:0:0:0:ffff:c0a8:101', 'mapped private, in full'],
    ['64:ff9b::169.254.169.254', 'translated metadata'],
    ['64:ff9b::a00:1', 'translated private'],
    ['64:ff9b:1::1', 'translation inside a network'],
    ['100::1', 'discard'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['2002:a00:1::1', '6to4'],
    ['3fff::1', 'documentation'],
    ['fc00::1', 'unique local'],
    ['fd12:3456::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with its interface'],
    ['fec0::1', 'site-local'],
    ['ff02::fb', 'multicast'],
  ])('is refused when it is no public one: %s (%s)', (address) => {
    expect(isAllowedAddress(address, {}, [])).toBe(false);
  });

  it('is refused when it is no address at all', () => {
    expect(isAllowedAddress('models.example', {}, [])).toBe(false);
    expect(isAllowedAddress('', {}, [])).toBe(false);
  });

  it('is refused when it is a neighbour of this computer, public or not', () => {
    const own = ['2606:4700:1:2::5/64', '52.1.2.3/32'];
    expect(isAllowedAddress('2606:4700:1:2::99', {}, own)).toBe(false);
    expect(isAllowedAddress('52.1.2.3', {}, own)).toBe(false);
    expect(isAllowedAddress('::ffff:52.1.2.3', {}, own)).toBe(false);
    expect(isAllowedAddress('2606:4700:1:3::99', {}, own)).toBe(true);
    expect(isAllowedAddress('52.1.2.4', {}, own)).toBe(true);
  });

  it('is refused when it is an address of this very computer', () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    for (const { address } of own) expect(isAllowedAddress(address)).toBe(false);
  });

  it('may be this computer in a test, and still no neighbour', () => {
    const policy = { allowLoopback: true };
    expect(isAllowedAddress('127.0.0.1', policy, [])).toBe(true);
    expect(isAllowedAddress('::1', policy, [])).toBe(true);
    expect(isAllowedAddress('10.0.0.1', policy, [])).toBe(false);
    expect(isAllowedAddress('169.254.169.254', policy, [])).toBe(false);
  });
});
