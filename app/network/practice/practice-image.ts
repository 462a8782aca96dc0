import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  return readImage(join(assets, 'practice-image.json'));
}

/** An image by the file that describes it; its archive lies beside it. Throws as above. */
export function readImage(file: string): BundledImage {
  try {
    const { reference, imageId, archive } = ImageFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { reference, imageId, archivePath: join(dirname(file), archive) };
  } catch (error) {
    throw new OffpeakError('practice.asset-missing', {
      message: `A part of Offpeak is missing: ${file}.`,
      cause: error,
    });
  }
}
