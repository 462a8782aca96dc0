import { describe, expect, it } from 'vitest';
import { typedAddresses } from '../../renderer/components/typed-addresses.ts';
import { typedNumber } from '../../renderer/components/typed-number.ts';
import { typedSol } from '../../renderer/components/typed-sol.ts';
import { decimalPoint, sol, solAmount } from '../../renderer/locales/format.ts';
import { notAmerican } from './locale.tsx';

describe('an amount of SOL', () => {
  it('that was printed is read as the same lamports', () => {
    let seed = 7n;
    for (let round = 0; round < 500; round++) {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
      // All lengths, from a lamport to more than there is.
      const lamports = String(seed % 10n ** BigInt(1 + (round % 12)));
      expect(typedSol(sol(lamports))).toBe(lamports);
    }
  });

  it.each([
    ['0', '0'],
    ['1', '1000000000'],
    [' 0.005 ', '5000000'],
    ['0.000000001', '1'],
    ['.5', null],
    ['1.', '1000000000'],
    ['', null],
    ['-1', null],
    ['1e3', null],
    ['1.2.3', null],
    ['0.0000000001', null],
    ['12345678901', null],
    ['half', null],
  ])('typed as %j is %j lamports', (text, lamports) => {
    expect(typedSol(text)).toBe(lamports);
  });

  it.skipIf(notAmerican)('is never guessed where it could be read in two ways', () => {
    expect(decimalPoint).toBe('.');
    expect(typedSol('1,000')).toBeNull();
    expect(typedSol('0,5')).toBeNull();
  });

  it.skipIf(notAmerican)('is shown to its last digit', () => {
    expect(solAmount('2039280')).toBe('0.00203928 SOL');
    expect(solAmount('0')).toBe('0 SOL');
    expect(solAmount('1234000000000')).toBe('1,234 SOL');
  });
});

describe('web addresses, one a line', () => {
  it('are read in their order, without empty lines and spaces', () => {
    expect(typedAddresses('\n https://a.example/x \r\nhttp://b.example\n')).toEqual({
      addresses: ['https://a.example/x', 'http://b.example'],
      wrongLine: null,
    });
  });

  it('name the first line that is none', () => {
    expect(typedAddresses('https://a.example\n\njavascript:alert(1)\nx').wrongLine).toBe(3);
  });
});

describe('a number', () => {
  const price = { from: 0, to: 1_000, places: 6 };

  it.each([
    ['0.32', 0.32],
    ['0,32', 0.32],
    [' 31 ', 31],
    ['0.325', 0.325],
    ['1,444', null],
    ['1.444', null],
    ['12.3456', 12.3456],
    ['1001', null],
    ['-1', null],
    ['1e2', null],
    ['.5', null],
    ['', null],
  ])('typed as %j is %j', (text, value) => {
    expect(typedNumber(text, price)).toBe(value);
  });

  it('has no more places than it may have, and stays within its range', () => {
    expect(typedNumber('40.5', { from: 20, to: 100 })).toBeNull();
    expect(typedNumber('19', { from: 20, to: 100 })).toBeNull();
    expect(typedNumber('100', { from: 20, to: 100 })).toBe(100);
  });
});
