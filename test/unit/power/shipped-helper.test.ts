import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readToolchain } from '../../../build/model/compile.ts';
import { buildPowerHelper } from '../../../build/power/build.ts';

const folder = join(import.meta.dirname, '../../../assets/power');
const program = readFileSync(join(folder, 'offpeak-power'));
const facts = JSON.parse(readFileSync(join(folder, 'offpeak-power.json'), 'utf8')) as {
  sha256: string;
  bytes: number;
  toolchain: unknown;
};

describe('the shipped power helper', () => {
  it('is small, may be run, and its facts say what it is', () => {
    expect(program.length).toBeLessThan(30_000);
    expect(statSync(join(folder, 'offpeak-power')).mode & 0o111).toBe(0o111);
    expect(facts.bytes).toBe(program.length);
    expect(facts.sha256).toBe(createHash('sha256').update(program).digest('hex'));
  });

  it('asks the C library for nothing that opens a file, starts a program or uses a network', () => {
    const names = program.toString('latin1');
    for (const call of [
      'fopen',
      'execve',
      'system',
      'popen',
      'fork',
      'socket',
      'connect',
      'getenv',
    ])
      expect(names).not.toMatch(new RegExp(`\\0${call}\\0`));
    expect(names).toMatch(/\0dlopen\0/);
  });

  it('is what the build script makes of the source, byte by byte', ({ skip }) => {
    const here = readToolchain();
    // Another compiler or C library makes another program, as right as this one.
    skip(
      !isDeepStrictEqual(here, facts.toolchain),
      `it was built with ${JSON.stringify(facts.toolchain)}, here is ${JSON.stringify(here)}`,
    );
    const built = buildPowerHelper();
    expect(built.program.equals(program)).toBe(true);
    expect(built.facts).toEqual(facts);
  });
});
