import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OffpeakError } from '../../contract/errors.ts';

const ImageFile = z.object({ reference: z.string(), imageId: z.string(), archive: z.string() });

/** An image that a network brings along, so that nothing has to be downloaded for it. */
export interface BundledImage {
  readonly reference: string;
  /** What the engine must call it once loaded: the digest of its configuration. */
  readonly imageId: string;
  readonly archivePath: string;
}

/** The practice image as `build/model` made it. Throws `practice.asset-missing`. */
export function readPracticeImage(assets: string): BundledImage {
  const file = join(assets, 'practice-image.json');
  try {
    const { reference, imageId, archive } = ImageFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { reference, imageId, archivePath: join(assets, archive) };
  } catch (error) {
    throw new OffpeakError('practice.asset-missing', {
      message: `A part of Offpeak is missing: ${file}.`,
      cause: error,
    });
  }
}
