import { describe, expect, it } from 'vitest';
import { isWindows, thisMachine } from '../../../app/platform/machine.ts';

describe('this computer', () => {
  it('is described without asking anyone', () => {
    const machine = thisMachine();
    expect(machine.arch).toBe(process.arch);
    expect(machine.homeFolder).not.toBe('');
    expect(isWindows()).toBe(machine.os === 'windows');
  });

  it.runIf(process.platform === 'linux')('says which C library it has', () => {
    // Node's own report is slow but knows; what we read from the program must agree.
    const report = JSON.stringify(process.report.getReport());
    const expected = report.includes('glibcVersionRuntime') ? 'glibc' : 'musl';
    expect(thisMachine()).toMatchObject({ os: 'linux', libc: expected });
  });

  it.runIf(process.platform !== 'linux')('has no C library to choose by', () => {
    expect(thisMachine().libc).toBeNull();
  });
});
