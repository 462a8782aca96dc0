import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OffpeakError } from '../../contract/errors.ts';

/*
 * Part of Offpeak's stand-ins: the image that plays the network's frp client (build/tunnel).
 */

const ImageFile = z.object({ reference: z.string(), imageId: z.string(), archive: z.string() });

/** The client's image as build/tunnel made it, in `assets/practice`. Throws `practice.asset-missing`. */
export function readFrpClientImage(assets: string): {
  readonly reference: string;
  readonly imageId: string;
  readonly archivePath: string;
} {
  const file = join(assets, 'frp-stand-in.json');
  try {
    const { reference, imageId, archive } = ImageFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { reference, imageId, archivePath: join(assets, archive) };
  } catch (cause) {
    throw new OffpeakError('practice.asset-missing', {
      message: `A part of Offpeak is missing: ${file}.`,
      cause,
    });
  }
}
