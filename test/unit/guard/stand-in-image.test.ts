import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readToolchain } from '../../../build/model/compile.ts';
import { readImageFiles } from '../../../build/model/image-archive.ts';
import { buildStandInImage } from '../../../build/tunnel/image.ts';
import { readFrpClientImage } from '../../../app/network/stand-ins/frp-image.ts';

const assets = join(import.meta.dirname, '../../../assets/practice');
const text = readFileSync(join(assets, 'frp-stand-in.json'), 'utf8');
const facts = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
const archive = readFileSync(join(assets, 'frp-stand-in.tar'));

describe('the shipped stand-in for the network’s client', () => {
  it('holds one program, where the network starts its own', async () => {
    const inside = await readImageFiles(archive);
    expect([...inside.keys()]).toEqual(['entrypoint.sh']);
    const program = inside.get('entrypoint.sh') ?? Buffer.alloc(0);
    expect(program.toString('latin1', 0, 4)).toBe('\u007fELF');
    expect(facts['clientSha256']).toBe(createHash('sha256').update(program).digest('hex'));
  });

  it('is known by its name and id', () => {
    expect(readFrpClientImage(assets)).toEqual({
      reference: 'offpeak/frp-stand-in:1',
      imageId: facts['imageId'],
      archivePath: join(assets, 'frp-stand-in.tar'),
    });
    expect(() => readFrpClientImage('/nowhere')).toThrow(/A part of Offpeak is missing/);
  });

  it('is what the build script makes of the source, byte by byte', async ({ skip }) => {
    const { toolchain } = facts;
    const here = readToolchain();
    // Another compiler or C library makes another program, as right as this one.
    skip(
      !isDeepStrictEqual(here, toolchain),
      `it was built with ${JSON.stringify(toolchain)}, here is ${JSON.stringify(here)}`,
    );
    const built = await buildStandInImage();
    expect(built.archive.equals(archive)).toBe(true);
    expect(built.facts).toEqual(facts);
  }, 60_000);
});
