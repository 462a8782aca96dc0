import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of the PCI special interest group's list. */
const NVIDIA = '0x10de';

// Class codes of PCI: 03 00 a VGA controller, 03 02 a 3D controller (cards without an output). The
// sound function of the same card, and NVIDIA's own bridges, have other ones.
const GRAPHICS = /^0x03(00|02)/;

/**
 * How many NVIDIA cards sit on the PCI bus, driver or not: what tells "no card" from "no driver".
 * Null where the bus cannot be read (systems other than Linux, WSL, many containers).
 */
export function nvidiaCardsOnBus(folder = '/sys/bus/pci/devices'): number | null {
  try {
    const devices = readdirSync(folder);
    if (devices.length === 0) return null;
    return devices.filter((device) => isNvidiaCard(join(folder, device))).length;
  } catch {
    return null;
  }
}

function isNvidiaCard(device: string): boolean {
  const read = (name: string): string => readFileSync(join(device, name), 'utf8').trim();
  return read('vendor') === NVIDIA && GRAPHICS.test(read('class'));
}
