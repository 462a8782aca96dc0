import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileProgram } from '../guard/compile.ts';
import { readToolchain, type Toolchain } from '../model/compile.ts';
import { buildArchive } from '../model/image-archive.ts';

/*
 * Builds the stand-in for the network's frp client: `node build/tunnel/image.ts [FOLDER]` writes
 * frp-stand-in.tar and .json into the folder (assets/practice). It needs cc for Linux on x86-64, and
 * no engine.
 */
const reference = 'offpeak/frp-stand-in:1';
const archiveName = 'frp-stand-in.tar';
const assets = join(import.meta.dirname, '../../assets/practice');

/** What frp-stand-in.json says of the archive beside it. */
interface Facts {
  readonly reference: string;
  readonly imageId: string;
  readonly manifestDigest: string;
  readonly archive: string;
  readonly bytes: number;
  readonly clientSha256: string;
  readonly toolchain: Toolchain;
}

/** Builds the image from source; throws where there is no compiler for Linux on x86-64. */
export async function buildStandInImage(): Promise<{ archive: Buffer; facts: Facts }> {
  const toolchain = readToolchain();
  if (toolchain?.machine.startsWith('x86_64') !== true) {
    throw new Error('the image is for Linux on x86-64: build it there, with cc installed');
  }
  const client = compileProgram('frp-stand-in');
  const { archive, imageId, manifestDigest } = await buildArchive({
    reference,
    layers: [
      {
        what: 'the client',
        // No script: the network starts its client's image with this name.
        file: { name: 'entrypoint.sh', mode: 0o555, content: client },
      },
    ],
    config: {
      User: '65532:65532',
      WorkingDir: '/',
      Entrypoint: [],
      Labels: {
        'org.opencontainers.image.title': 'Offpeak stand-in for an frp client',
        'org.opencontainers.image.description':
          'Leads the ports of practice jobs to the practice network. It is not frp.',
        // The static program holds parts of the GNU C library.
        'org.opencontainers.image.licenses': 'MIT AND LGPL-2.1-or-later',
      },
    },
    maker: 'build/tunnel/image.ts',
  });
  const clientSha256 = createHash('sha256').update(client).digest('hex');
  const known = { reference, imageId, manifestDigest, archive: archiveName };
  return { archive, facts: { ...known, bytes: archive.length, clientSha256, toolchain } };
}

if (import.meta.main) {
  const [folder = assets] = process.argv.slice(2);
  const { archive, facts } = await buildStandInImage();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, archiveName), archive);
  writeFileSync(join(folder, 'frp-stand-in.json'), `${JSON.stringify(facts, null, 2)}\n`);
  console.log(`${reference} ${facts.imageId}: ${facts.bytes} bytes`);
}
