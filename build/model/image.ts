import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileProgram, readToolchain } from './compile.ts';
import { buildImageArchive } from './image-archive.ts';

/*
 * Builds the practice image: `node build/model/image.ts [FOLDER]`. It compiles the program, takes
 * assets/practice/model.bin as it is, and writes practice-image.tar and practice-image.json into the
 * folder (assets/practice). It needs a C compiler for Linux on x86-64, and no engine.
 */
const reference = 'offpeak/practice-llm:1';
const archiveName = 'practice-image.tar';
const assets = fileURLToPath(new URL('../../assets/practice/', import.meta.url));
const [folder = assets] = process.argv.slice(2);

const toolchain = readToolchain();
if (toolchain?.machine.startsWith('x86_64') !== true) {
  throw new Error('the image is for Linux on x86-64: build it there, with cc installed');
}
const model = readFileSync(join(assets, 'model.bin'));
const program = compile();
const { archive, imageId, manifestDigest } = await buildImageArchive({ reference, program, model });
const facts = {
  reference,
  imageId,
  manifestDigest,
  archive: archiveName,
  bytes: archive.length,
  modelSha256: sha256(model),
  programSha256: sha256(program),
  toolchain,
};
writeFileSync(join(folder, archiveName), archive);
writeFileSync(join(folder, 'practice-image.json'), `${JSON.stringify(facts, null, 2)}\n`);
console.log(`${reference} ${imageId}: ${archive.length} bytes`);

function compile(): Buffer {
  const room = mkdtempSync(join(tmpdir(), 'offpeak-image-'));
  try {
    compileProgram(join(room, 'llm'));
    return readFileSync(join(room, 'llm'));
  } finally {
    rmSync(room, { recursive: true });
  }
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
