import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readToolchain, type Toolchain } from '../model/compile.ts';
import { buildArchive } from '../model/image-archive.ts';
import { compileProgram } from './compile.ts';

/*
 * Builds the guard image: `node build/guard/image.ts [FOLDER]`. It compiles the programs and writes
 * guard-image.tar and guard-image.json into the folder (assets/guard). It needs a C compiler for Linux on
 * x86-64, and no engine.
 */
const reference = 'offpeak/guard:1';
const archiveName = 'guard-image.tar';
const assets = join(import.meta.dirname, '../../assets/guard');

/** What guard-image.json says of the archive beside it. */
interface Facts {
  readonly reference: string;
  readonly imageId: string;
  readonly manifestDigest: string;
  readonly archive: string;
  readonly bytes: number;
  readonly guardSha256: string;
  readonly probeSha256: string;
  readonly relaySha256: string;
  readonly toolchain: Toolchain;
}

/** Builds the guard image from source; throws where there is no compiler for Linux on x86-64. */
export async function buildGuardImage(): Promise<{ archive: Buffer; facts: Facts }> {
  const toolchain = readToolchain();
  if (toolchain?.machine.startsWith('x86_64') !== true) {
    throw new Error('the image is for Linux on x86-64: build it there, with cc installed');
  }
  const guard = compileProgram('guard');
  const probe = compileProgram('probe');
  const relay = compileProgram('relay');
  const { archive, imageId, manifestDigest } = await buildArchive({
    reference,
    layers: [
      { what: 'the guard', file: { name: 'guard', mode: 0o555, content: guard } },
      { what: 'the probe', file: { name: 'probe', mode: 0o555, content: probe } },
      { what: 'the relay', file: { name: 'relay', mode: 0o555, content: relay } },
    ],
    config: {
      // Root, but only of what the engine leaves: the guard needs CAP_NET_ADMIN, which nobody else gets.
      User: '0:0',
      WorkingDir: '/',
      Entrypoint: ['/guard'],
      Labels: {
        'org.opencontainers.image.title': 'Offpeak guard',
        'org.opencontainers.image.description':
          'Keeps a job away from the home network and this computer, and tries whether it does.',
        // The static programs hold parts of the GNU C library.
        'org.opencontainers.image.licenses': 'MIT AND LGPL-2.1-or-later',
      },
    },
    maker: 'build/guard/image.ts',
  });
  const facts = {
    reference,
    imageId,
    manifestDigest,
    archive: archiveName,
    bytes: archive.length,
    guardSha256: sha256(guard),
    probeSha256: sha256(probe),
    relaySha256: sha256(relay),
    toolchain,
  };
  return { archive, facts };
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

if (import.meta.main) {
  const [folder = assets] = process.argv.slice(2);
  const { archive, facts } = await buildGuardImage();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, archiveName), archive);
  writeFileSync(join(folder, 'guard-image.json'), `${JSON.stringify(facts, null, 2)}\n`);
  console.log(`${reference} ${facts.imageId}: ${facts.bytes} bytes`);
}
