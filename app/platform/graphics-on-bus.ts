import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of the PCI special interest group's list. */
const NVIDIA = '0x10de';

// Class codes of PCI: 03 00 a VGA controller, 03 02 a 3D controller (cards without an output). The
// sound function of the same card, and NVIDIA's own bridges, have other ones.
const GRAPHICS = /^0x03(00|02)/;

/** An NVIDIA card as the kernel's bus knows it. Reading this wakes nothing. */
export interface CardOnBus {
  /** Like 0000:01:00.0. */
  readonly address: string;
  /** The kernel has switched it off until somebody opens it (runtime power management, state D3). */
  readonly isAsleep: boolean;
  /** The kernel may do so as soon as nobody has it open. */
  readonly maySleep: boolean;
}

/** Folders of the kernel and of NVIDIA's driver. */
export interface BusPlaces {
  readonly bus: string;
  readonly driver: string;
}

const PLACES: BusPlaces = { bus: '/sys/bus/pci/devices', driver: '/proc/driver/nvidia/gpus' };

/**
 * The NVIDIA cards on the PCI bus, driver or not, by address: what tells "no card" from "no driver".
 * Null where the bus cannot be read (systems other than Linux, WSL, many containers). The files of
 * the folder `power` are those of the kernel's Documentation/ABI/testing/sysfs-devices-power.
 */
export function nvidiaCardsOnBus(places: BusPlaces = PLACES): CardOnBus[] | null {
  try {
    const devices = readdirSync(places.bus);
    if (devices.length === 0) return null;
    return devices.toSorted().flatMap((address) => cardAt(places, address) ?? []);
  } catch {
    return null;
  }
}

function cardAt({ bus, driver }: BusPlaces, address: string): CardOnBus | null {
  const read = (name: string): string => readFileSync(join(bus, address, name), 'utf8').trim();
  if (read('vendor') !== NVIDIA || !GRAPHICS.test(read('class'))) return null;
  const power = (name: string): string | null => textOf(join(bus, address, 'power', name));
  // "Runtime D3 status: Disabled", "Not supported" (NVIDIA's driver README, "RTD3 Power Management").
  const file = textOf(join(driver, address, 'power')) ?? '';
  const runtimeD3 = /^Runtime D3 status:\s*(\S+)/m.exec(file)?.[1] ?? 'Enabled';
  return {
    address,
    isAsleep: ['suspended', 'suspending'].includes(power('runtime_status') ?? ''),
    maySleep: power('control') === 'auto' && runtimeD3 === 'Enabled',
  };
}

/**
 * What the driver knows of a card without waking it; null where it does not (other systems, no driver).
 * The UUID is unknown ("GPU-????…") until the card was in use once.
 */
export function knownToDriver(
  address: string,
  places: BusPlaces = PLACES,
): { name: string; uuid: string | null } | null {
  const text = textOf(join(places.driver, address, 'information')) ?? '';
  const name = /^Model:\s*(.+?)\s*$/m.exec(text)?.[1];
  const uuid = /^GPU UUID:\s*(GPU-[0-9a-f-]+)\s*$/m.exec(text)?.[1];
  return name === undefined ? null : { name, uuid: uuid ?? null };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
