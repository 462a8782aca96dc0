import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { buildGuardImage } from '../../../build/guard/image.ts';
import { readToolchain } from '../../../build/model/compile.ts';
import { digestOf, readImageFiles, readTar } from '../../../build/model/image-archive.ts';
import { readShippedArchive, readShippedFacts } from './shipped.ts';

const archive = readShippedArchive();
const facts = readShippedFacts();
const inside = await readImageFiles(archive);

describe('the shipped guard image', () => {
  it('is under 2.5 MB, and its facts say how large', () => {
    expect(archive.length).toBeLessThan(2_500_000);
    expect(facts).toMatchObject({
      reference: 'offpeak/guard:1',
      archive: 'guard-image.tar',
      bytes: archive.length,
    });
  });

  it('holds the guard, the probe and the relay, static, and nothing else', () => {
    expect([...inside.keys()].sort()).toEqual(['guard', 'probe', 'relay']);
    for (const [name, program] of inside) {
      expect(program.toString('latin1', 0, 4)).toBe('\u007fELF');
      expect(needsLoader(program)).toBe(false);
      expect(facts[`${name}Sha256`]).toBe(createHash('sha256').update(program).digest('hex'));
    }
  });

  it('starts the guard, as root, on 64-bit Linux', async () => {
    const files = await readTar(archive);
    const id = String(facts['imageId']);
    const config = files.get(`blobs/sha256/${id.slice('sha256:'.length)}`) ?? Buffer.alloc(0);
    expect(digestOf(config)).toBe(id);
    expect(JSON.parse(String(config))).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { User: '0:0', Entrypoint: ['/guard'] },
    });
  });

  it('is what the build script makes of the source, byte by byte', async ({ skip }) => {
    const { toolchain } = facts;
    const here = readToolchain();
    // Another compiler or C library makes other programs, as right as these.
    skip(
      !isDeepStrictEqual(here, toolchain),
      `it was built with ${JSON.stringify(toolchain)}, here is ${JSON.stringify(here)}`,
    );
    const built = await buildGuardImage();
    expect(built.archive.equals(archive)).toBe(true);
    expect(built.facts).toEqual(facts);
  }, 60_000);
});

/** Looks for a program header of type PT_INTERP (3), which names a loader; elf(5) has the offsets. */
function needsLoader(program: Buffer): boolean {
  const start = Number(program.readBigUInt64LE(32));
  const types = Array.from({ length: program.readUInt16LE(56) }, (_, index) =>
    program.readUInt32LE(start + index * program.readUInt16LE(54)),
  );
  expect(types).toContain(1);
  return types.includes(3);
}
