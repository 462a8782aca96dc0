import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type BusPlaces,
  knownToDriver,
  nvidiaCardsOnBus,
} from '../../../app/platform/graphics-on-bus.ts';

const CARD = '0000:01:00.0';
let places: BusPlaces;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bus-'));
  places = { bus: join(folder, 'bus'), driver: join(folder, 'driver') };
});
afterEach(() => rmSync(dirname(places.bus), { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}

function device(address: string, vendor: string, pciClass: string): void {
  write(join(places.bus, address, 'vendor'), vendor);
  write(join(places.bus, address, 'class'), pciClass);
}

function power(control: string, status: string, runtimeD3?: string): void {
  write(join(places.bus, CARD, 'power', 'control'), control);
  write(join(places.bus, CARD, 'power', 'runtime_status'), status);
  if (runtimeD3 === undefined) return;
  const text = `Runtime D3 status:          ${runtimeD3}\nVideo Memory:               Active`;
  write(join(places.driver, CARD, 'power'), text);
}

describe('the cards on the bus', () => {
  it('are those of NVIDIA that compute, by address', () => {
    device('0000:02:00.0', '0x10de', '0x030200');
    device(CARD, '0x10de', '0x030000');
    device('0000:01:00.1', '0x10de', '0x040300');
    device('0000:00:02.0', '0x8086', '0x030000');
    const addresses = nvidiaCardsOnBus(places)?.map(({ address }) => address);
    expect(addresses).toEqual([CARD, '0000:02:00.0']);
  });

  it('are not known where there is no bus, or an empty one', () => {
    expect(nvidiaCardsOnBus(places)).toBeNull();
    mkdirSync(places.bus);
    expect(nvidiaCardsOnBus(places)).toBeNull();
  });

  it.each<[string, string, string | undefined, { isAsleep: boolean; maySleep: boolean }]>([
    ['on', 'active', undefined, { isAsleep: false, maySleep: false }],
    ['auto', 'active', undefined, { isAsleep: false, maySleep: true }],
    ['auto', 'suspended', 'Enabled (fine-grained)', { isAsleep: true, maySleep: true }],
    ['auto', 'active', 'Enabled (coarse-grained)', { isAsleep: false, maySleep: true }],
    ['auto', 'active', 'Disabled by default', { isAsleep: false, maySleep: false }],
    ['auto', 'active', 'Not supported', { isAsleep: false, maySleep: false }],
    ['auto', 'suspending', undefined, { isAsleep: true, maySleep: true }],
    ['on', 'unsupported', undefined, { isAsleep: false, maySleep: false }],
  ])('with control %s, status %s and %s sleep or do not', (control, status, d3, expected) => {
    device(CARD, '0x10de', '0x030000');
    power(control, status, d3);
    expect(nvidiaCardsOnBus(places)).toEqual([{ address: CARD, ...expected }]);
  });

  it('are awake where the kernel does not say', () => {
    device(CARD, '0x10de', '0x030000');
    expect(nvidiaCardsOnBus(places)).toEqual([{ address: CARD, isAsleep: false, maySleep: false }]);
  });
});

describe('what the driver knows of a sleeping card', () => {
  const information = (uuid: string): void =>
    write(
      join(places.driver, CARD, 'information'),
      `Model: \t\t NVIDIA GeForce RTX 4070 Laptop GPU\nIRQ:   \t\t 187\nGPU UUID: \t ${uuid}\nBus Location: \t ${CARD}`,
    );
  const name = 'NVIDIA GeForce RTX 4070 Laptop GPU';

  it('is its name, and its UUID once it was in use', () => {
    information('GPU-????????-????-????-????-????????????');
    expect(knownToDriver(CARD, places)).toEqual({ name, uuid: null });
    information('GPU-d6889ff6-2523-9142-ca3c-1ca3f396a625');
    expect(knownToDriver(CARD, places)?.uuid).toBe('GPU-d6889ff6-2523-9142-ca3c-1ca3f396a625');
  });

  it('is nothing where there is no driver', () => {
    expect(knownToDriver(CARD, places)).toBeNull();
  });
});
