import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import { blankCard } from '../../../app/gpu/blank-card.ts';
import { openTelemetryStore } from '../../../app/telemetry/open-store.ts';
import { TelemetryRoom } from '../../../app/telemetry/telemetry-room.ts';
import type { KernelMessage } from '../../../app/platform/kernel-log.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let folder: string;
let file: string;
let elapsed: number;
let kernel: KernelMessage[];
let logged: string[];

beforeEach(() => {
  folder = mkdtempSync(join(memory, 'offpeak-telemetry-room-'));
  file = join(folder, 'telemetry.db');
  [elapsed, kernel, logged] = [0, [], []];
});
afterEach(() => rmSync(folder, { recursive: true }));

const log = (_level: string, message: string) => void logged.push(message);
const CARD = blankCard({ index: 0, name: 'RTX 4090', uuid: 'GPU-1' });

function room(store: ConstructorParameters<typeof TelemetryRoom>[0]['store']): TelemetryRoom {
  return new TelemetryRoom({
    store,
    kernel: { read: () => kernel.splice(0), close: () => void logged.push('kernel closed') },
    cardAt: (address) => (address === '0000:01:00' ? 'GPU-1' : null),
    log,
    now: () => START + elapsed,
    uptime: () => elapsed,
  });
}

const seen = (temperatureC: number) => [{ id: 'GPU-1', card: { ...CARD, temperatureC } }];

describe('the readings of the cards', () => {
  it('are kept, thinned out, and there again after a restart', () => {
    const first = room(openTelemetryStore(file, log));
    for (; elapsed < 30 * MINUTE_MS; elapsed += 10_000) first.see(seen(60));
    first.close();
    const second = room(openTelemetryStore(file, log));
    const chart = { card: 'GPU-1', metric: 'temperature', from: START, points: 2 } as const;
    const { stepMs, points } = second.chart({ ...chart, to: START + 30 * MINUTE_MS });
    expect(stepMs).toBe(15 * MINUTE_MS);
    expect(points).toHaveLength(2);
    second.close();
    expect(logged).toEqual(['kernel closed', 'kernel closed']);
  });

  it('are rolled up every minute, and pruned at the start and every ten', () => {
    const done: string[] = [];
    const store = {
      record: () => void done.push('record'),
      rollUp: () => void done.push('roll up'),
      prune: () => void done.push('prune'),
      chart: () => ({ stepMs: 1, points: [] }),
      close: () => undefined,
    };
    const telemetry = room(store);
    for (; elapsed < 20 * MINUTE_MS; elapsed += 30_000) telemetry.see(seen(60));
    const count = (what: string) => done.filter((one) => one === what).length;
    expect([count('record'), count('roll up'), count('prune')]).toEqual([40, 19, 2]);
  });

  it('have a gap while the disk is full, which is said once, and harms nothing else', () => {
    let isFull = true;
    const kept: number[] = [];
    const telemetry = room({
      record: (at) => {
        if (isFull) throw new OffpeakError('storage.disk-full');
        kept.push(at);
      },
      rollUp: () => undefined,
      prune: () => undefined,
      chart: () => ({ stepMs: 1, points: [] }),
      close: () => undefined,
    });
    for (let n = 0; n < 6; n++, elapsed += 10_000) telemetry.see(seen(95));
    expect(logged).toEqual(['no room to keep readings of the cards']);
    expect(telemetry.see(seen(95))).toMatchObject([{ code: 'too-hot' }]);
    isFull = false;
    telemetry.see(seen(60));
    expect(kept).toHaveLength(1);
  });

  it.each([
    ['is broken', (broken: string) => writeFileSync(broken, 'no database at all, '.repeat(500))],
    [
      'is of a newer version',
      (newer: string) => {
        const db = new DatabaseSync(newer);
        db.exec('PRAGMA user_version = 99');
        db.close();
      },
    ],
  ])('begin anew where the file %s, and the old one is put aside', (_what, spoil) => {
    spoil(file);
    const telemetry = room(openTelemetryStore(file, log));
    telemetry.see(seen(60));
    telemetry.close();
    expect(logged[0]).toContain('put aside');
    expect(readdirSync(folder).some((name) => name.endsWith('.aside'))).toBe(true);
  });

  it('say why where there can be no file at all', () => {
    writeFileSync(join(folder, 'a-file'), '');
    expect(() => openTelemetryStore(join(folder, 'a-file', 'telemetry.db'), log)).toThrow(
      OffpeakError,
    );
  });
});

describe('what the kernel says', () => {
  it('is told of the card at that address, or of one that is not known', () => {
    const telemetry = room(openTelemetryStore(file, log));
    kernel.push(
      { at: START, text: 'NVRM: Xid (PCI:0000:01:00): 79, pid=1, GPU has fallen off the bus.' },
      { at: START + 1, text: 'NVRM: Xid (PCI:0000:02:00): 62, pid=1' },
      { at: START + 2, text: 'eth0: link up' },
    );
    expect(telemetry.see(seen(60))).toMatchObject([
      { code: 'xid-79', card: 'GPU-1' },
      { code: 'xid-62', card: null },
    ]);
    expect(telemetry.see(seen(60))).toHaveLength(2);
    telemetry.close();
  });
});
