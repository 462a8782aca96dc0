import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OffpeakError } from '../contract/errors.ts';
import type { BundledImage } from './shapes.ts';

const ImageFile = z.object({ reference: z.string(), imageId: z.string(), archive: z.string() });

/** The guards' image as build/guard made it. Throws `containers.archive-damaged`. */
export function readGuardImage(assets: string): BundledImage {
  const folder = join(assets, 'guard');
  try {
    const text = readFileSync(join(folder, 'guard-image.json'), 'utf8');
    const { reference, imageId, archive } = ImageFile.parse(JSON.parse(text));
    return { reference, imageId, archivePath: join(folder, archive) };
  } catch (cause) {
    throw new OffpeakError('containers.archive-damaged', { cause });
  }
}
