import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readToolchain } from '../../../build/model/compile.ts';
import {
  buildImageArchive,
  digestOf,
  readImageFiles,
  readTar,
} from '../../../build/model/image-archive.ts';
import { parseObject, readShippedArchive, readShippedFacts, readShippedModel } from './shipped.ts';

const archive = readShippedArchive();
const facts = readShippedFacts();
const files = await readTar(archive);

describe('the shipped practice image', () => {
  it('is at most 8 MB, and its facts say how large', () => {
    expect(archive.length).toBeLessThanOrEqual(8_000_000);
    expect(facts).toMatchObject({
      reference: 'offpeak/practice-llm:1',
      archive: 'practice-image.tar',
      bytes: archive.length,
    });
  });

  it('runs /llm as nobody, on 64-bit Linux', () => {
    expect(config()).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { User: '65534:65534', WorkingDir: '/', Entrypoint: ['/llm'] },
    });
  });

  it('holds the shipped model and a static program, and nothing else', async () => {
    const inside = await readImageFiles(archive);
    expect([...inside.keys()].sort()).toEqual(['llm', 'model.bin']);
    expect(inside.get('model.bin')?.equals(readShippedModel())).toBe(true);
    const program = inside.get('llm') ?? Buffer.alloc(0);
    expect(program.toString('latin1', 0, 4)).toBe('\u007fELF');
    expect(needsLoader(program)).toBe(false);
  });

  it('has an id, a manifest and layers that are the digests of what is in it', () => {
    const legacy = legacyManifest();
    expect(facts['imageId']).toBe(`sha256:${legacy.config.slice('blobs/sha256/'.length)}`);
    for (const [name, content] of files) {
      if (name.startsWith('blobs/')) expect(`blobs/sha256/${sha256(content)}`).toBe(name);
    }
    const index = parseObject(text('index.json'));
    expect(index['manifests']).toMatchObject([
      {
        digest: facts['manifestDigest'],
        annotations: { 'org.opencontainers.image.ref.name': '1' },
      },
    ]);
    const layers = legacy.layers.map((layer) => digestOf(files.get(layer) ?? Buffer.alloc(0)));
    expect(config()).toMatchObject({ rootfs: { type: 'layers', diff_ids: layers } });
    expect(parseObject(text(`blobs/sha256/${hexOf(facts['manifestDigest'])}`))).toMatchObject({
      config: { digest: facts['imageId'], size: files.get(legacy.config)?.length },
      layers: legacy.layers.map((layer, order) => ({
        digest: layers[order],
        size: files.get(layer)?.length,
      })),
    });
  });

  it('gives the same bytes when it is built again from the same program and model', async () => {
    const inside = await readImageFiles(archive);
    const again = await buildImageArchive({
      reference: 'offpeak/practice-llm:1',
      program: inside.get('llm') ?? Buffer.alloc(0),
      model: inside.get('model.bin') ?? Buffer.alloc(0),
    });
    expect(again.archive.equals(archive)).toBe(true);
    expect(again).toMatchObject({
      imageId: facts['imageId'],
      manifestDigest: facts['manifestDigest'],
    });
  });

  it('gets another id from another model', async () => {
    const program = (await readImageFiles(archive)).get('llm') ?? Buffer.alloc(0);
    const other = await buildImageArchive({ reference: 'a:1', program, model: Buffer.from('x') });
    expect(other.imageId).not.toBe(facts['imageId']);
    expect(other.manifestDigest).not.toBe(facts['manifestDigest']);
  });

  it('is what the build script makes of the source, byte by byte', ({ skip }) => {
    const { toolchain } = facts;
    const here = readToolchain();
    // Another compiler or C library makes another program, as right as this one.
    skip(
      !isDeepStrictEqual(here, toolchain),
      `it was built with ${JSON.stringify(toolchain)}, here is ${JSON.stringify(here)}`,
    );
    const room = mkdtempSync(join(tmpdir(), 'offpeak-image-test-'));
    const script = fileURLToPath(new URL('../../../build/model/image.ts', import.meta.url));
    execFileSync(process.execPath, [script, room]);
    const built = ['practice-image.tar', 'practice-image.json'].map((name) =>
      readFileSync(join(room, name)),
    );
    rmSync(room, { recursive: true });
    expect(built[0]?.equals(archive)).toBe(true);
    expect(parseObject(String(built[1]))).toEqual(facts);
  }, 60_000);

  it('cannot be mistaken for something else: what is not a tar is refused', async () => {
    await expect(readTar(Buffer.alloc(1024, 'not a tar'))).rejects.toThrow('Invalid tar header');
  });

  it('names the model and the program that it was built from', async () => {
    const inside = await readImageFiles(archive);
    expect(facts['modelSha256']).toBe(sha256(readShippedModel()));
    expect(facts['programSha256']).toBe(sha256(inside.get('llm') ?? Buffer.alloc(0)));
  });
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

function config(): Record<string, unknown> {
  return parseObject(text(legacyManifest().config));
}

function legacyManifest(): { config: string; layers: string[] } {
  const entry = parseObject(text('manifest.json').slice(1, -1));
  expect(entry['RepoTags']).toEqual(['offpeak/practice-llm:1']);
  const layers = Array.isArray(entry['Layers']) ? entry['Layers'].map(String) : [];
  return { config: String(entry['Config']), layers };
}

function text(name: string): string {
  return files.get(name)?.toString() ?? 'null';
}

function hexOf(digest: unknown): string {
  return String(digest).slice('sha256:'.length);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
