import { describe, expect, it } from 'vitest';
import { admissionPhase } from '../../../app/availability/admission-phase.ts';
import type { AdmissionState } from '../../../app/contract/admission.ts';
import type { Phase } from '../../../app/contract/phase.ts';

const RETEST = Date.UTC(2026, 10, 26, 8, 30);
const away = { code: 'network.rpc-unreachable', message: 'No answer.', remedy: 'Wait.' };
const refused = { code: 'network.no-sol', message: 'No SOL.', remedy: 'Add some.' };

const states: readonly [AdmissionState, Phase, string][] = [
  [{ step: 'unknown' }, 'preparing', 'admission-asking'],
  [{ step: 'asking' }, 'preparing', 'admission-asking'],
  [{ step: 'registering' }, 'preparing', 'admission-registering'],
  [{ step: 'benchmarking', id: 'b', round: 2 }, 'preparing', 'admission-benchmarking'],
  [{ step: 'access-key' }, 'preparing', 'admission-access-key'],
  [{ step: 'syncing' }, 'preparing', 'admission-syncing'],
  [{ step: 'needs-contact' }, 'needs-you', 'admission-needs-contact'],
  [{ step: 'banned' }, 'needs-you', 'admission-banned'],
  [{ step: 'outdated', minimum: '2.0.0', own: '1.0.0' }, 'needs-you', 'admission-outdated'],
  [
    { step: 'not-qualified', nextTestAt: RETEST, report: null },
    'waiting',
    'admission-not-qualified',
  ],
  [
    { step: 'not-qualified', nextTestAt: null, report: null },
    'needs-you',
    'admission-not-qualified',
  ],
  [{ step: 'maintenance', until: null, reason: null }, 'waiting', 'admission-maintenance'],
  [{ step: 'failed', problem: away, nextAttemptAt: null }, 'waiting', away.code],
  [{ step: 'failed', problem: refused, nextAttemptAt: null }, 'needs-you', refused.code],
];

describe('what an identity says that is not admitted yet', () => {
  it.each(states)('for %j', (state, phase, code) => {
    const said = admissionPhase(state);
    expect(said?.phase).toBe(phase);
    expect(said?.reason.code).toBe(code);
    expect(said?.reason.text).toMatch(/[.]$/);
    // Whoever is asked to do something is told what.
    if (phase === 'needs-you') expect(said?.reason.next).toMatch(/[.]$/);
  });

  it('is nothing once it is admitted', () => {
    const admitted = { step: 'admitted', market: 'm', name: null, report: null, stale: false };
    expect(admissionPhase(admitted as AdmissionState)).toBeNull();
  });

  it('names the time of the next test, and what was too little', () => {
    const metric = { name: 'Memory', measured: '8 GB', rule: 'at least 12 GB', passed: false };
    const passed = { name: 'Disk', measured: '1 TB', rule: '256 GB', passed: true, failure: null };
    const said = admissionPhase({
      step: 'not-qualified',
      nextTestAt: RETEST,
      report: { market: null, passed: false, metrics: [{ ...metric, failure: null }, passed] },
    });
    expect(said?.reason.text).toContain('Memory: at least 12 GB.');
    expect(said?.reason.text).not.toContain('Disk');
    expect(said?.reason.text).toContain('2026-11-26 08:30 UTC');
  });

  it('tells how long a maintenance takes, where the network says so', () => {
    const said = admissionPhase({ step: 'maintenance', until: RETEST, reason: 'New disks.' });
    expect(said?.reason.text).toContain('2026-11-26 08:30 UTC');
    expect(said?.reason.text).toContain('New disks.');
  });
});
