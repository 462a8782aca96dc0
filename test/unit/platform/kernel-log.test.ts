import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KernelLog } from '../../../app/platform/kernel-log.ts';

/** A pipe gives one record per read, and nothing without waiting, as /dev/kmsg does. */
describe.skipIf(process.platform !== 'linux')("the kernel's log (only Linux has it)", () => {
  it('is read record by record, each once, with the time of each', () => {
    const folder = mkdtempSync(join(tmpdir(), 'offpeak-kmsg-'));
    const path = join(folder, 'kmsg');
    execFileSync('mkfifo', [path]);
    const log = new KernelLog(path);
    const writer = openSync(path, 'w');
    const say = (record: string) => writeSync(writer, record);
    expect(log.read()).toEqual([]);
    say('4,1,1000000,-;first message\n SUBSYSTEM=pci\n');
    const [first, ...more] = log.read();
    expect([first?.text, more]).toEqual(['first message', []]);
    say('no record at all');
    expect(log.read()).toEqual([]);
    say('4,2,3000000,-,caller=T1;second; message');
    const [second] = log.read();
    expect(second?.text).toBe('second; message');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_900);
    closeSync(writer);
    log.close();
    expect(log.read()).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('is silent where it may not be read', () => {
    const log = new KernelLog('/no/such/file');
    expect(log.read()).toEqual([]);
    log.close();
  });
});
