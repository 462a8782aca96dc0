import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Readiness } from '../../../app/contract/readiness.ts';
import { offpeak } from '../../fakes/host/real-host.ts';

describe('offpeak readiness', () => {
  it('judges this computer without a running host, and writes nothing', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-home-'));
    const { code, stdout } = await offpeak(['readiness', '--json'], { OFFPEAK_HOME: home });
    const readiness = Readiness.parse(JSON.parse(stdout));
    expect(readiness.verdict).not.toBe('measuring');
    expect(readiness.requirements.map(({ name }) => name)).toContain('memory');
    // Nobody has proven the isolation here.
    expect(code).toBe(1);
    expect(readdirSync(home)).toEqual([]);
  });

  it('prints a table, and ends with the headline', async () => {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-home-'));
    const { stdout } = await offpeak(['readiness'], { OFFPEAK_HOME: home });
    expect(stdout).toMatch(/^Requirement +Asked +Measured +Verdict +Remedy\n/);
    expect(stdout).toMatch(/12 GB or more/);
  });
});
