import { describe, expect, it } from 'vitest';
import { openClDevices } from '../../../../app/adapters/opencl/devices.ts';
import { OpenClFault, OpenClLibrary } from '../../../../app/adapters/opencl/library.ts';

type Answers = Readonly<Record<number, Buffer>>;

/* What drivers answer, as their answers lie in memory. The card's are those of an NVIDIA driver. */

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const long = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(`${value}\0`);

const CARD: Answers = {
  0x1000: long(4n),
  0x1002: word(82),
  0x100a: word(1),
  0x100c: word(1695),
  0x1010: long(6n * 1024n ** 3n),
  0x101e: long(2_351_104n),
  0x101f: long(24n * 1024n ** 3n),
  0x102b: text('NVIDIA GeForce RTX 3090'),
  0x106a: Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'),
  0x4000: word(8),
  0x4001: word(6),
};
const PROCESSOR: Answers = {
  ...Object.fromEntries(Object.entries(CARD).filter(([what]) => Number(what) < 0x106a)),
  0x1000: long(2n),
  0x100a: word(8),
  0x100c: word(0),
  0x102b: text('  Some processor '),
};
const PLATFORM: Answers = { 0x901: text('OpenCL 3.0 CUDA'), 0x902: text('NVIDIA CUDA') };

/** Platforms 100, 200 …, with devices 101, 102 …, 201 … */
function library(platforms: readonly (readonly Answers[])[]) {
  return {
    handles: (_: string, [platform]: readonly bigint[]) =>
      platform === undefined
        ? platforms.map((_devices, i) => BigInt(100 * (i + 1)))
        : (platforms[Number(platform) / 100 - 1] ?? []).map((_a, i) => platform + BigInt(i + 1)),
    info: (_: string, [of = 0n]: readonly bigint[], what: number) => {
      const device = platforms[Math.floor(Number(of) / 100) - 1]?.[(Number(of) % 100) - 1];
      const answer = (Number(of) % 100 === 0 ? PLATFORM : (device ?? {}))[what];
      if (answer === undefined) throw new OpenClFault('clGetDeviceInfo', -30);
      return answer;
    },
  };
}

describe('what OpenCL says of a device', () => {
  it('names an NVIDIA card as its driver does, with what it tells of it', () => {
    const [card] = openClDevices(library([[CARD]]));
    expect(card).toMatchObject({ handle: 101n, isNvidia: true, floatWidth: 1 });
    expect(card?.facts).toEqual({
      name: 'NVIDIA GeForce RTX 3090',
      uuid: 'GPU-00010203-0405-0607-0809-0a0b0c0d0e0f',
      kind: 'gpu',
      platform: 'NVIDIA CUDA, OpenCL 3.0 CUDA',
      computeCapability: [8, 6],
      multiprocessors: 82,
      memoryBytes: 24 * 1024 ** 3,
      l2Bytes: null,
      clockMhz: 1695,
      memoryClockMhz: null,
      memoryBusBits: null,
      driverCuda: null,
    });
  });

  it('knows a processor by its place, and leaves open what it does not say', () => {
    const [card, processor] = openClDevices(library([[CARD], [PROCESSOR]]));
    expect(card?.facts.kind).toBe('gpu');
    expect(processor).toMatchObject({ isNvidia: false, floatWidth: 8 });
    expect(processor?.facts).toMatchObject({
      name: 'Some processor',
      uuid: 'opencl-1-0',
      kind: 'cpu',
      computeCapability: null,
      l2Bytes: 2_351_104,
      clockMhz: null,
    });
  });

  it('leaves out what is neither a card nor a processor', () => {
    const accelerator = { ...PROCESSOR, 0x1000: long(8n) };
    const devices = openClDevices(library([[accelerator, PROCESSOR], []]));
    expect(devices.map(({ facts }) => facts.uuid)).toEqual(['opencl-0-1']);
  });

  it('does not take a failing driver for one that knows less', () => {
    const failing = library([[CARD]]);
    const info = (): Buffer => {
      throw new OpenClFault('clGetDeviceInfo', -6);
    };
    expect(() => openClDevices({ ...failing, info })).toThrow('-6 (no memory on the host)');
  });
});

describe('the library of OpenCL', () => {
  it('is not there where no file is, or another library in its place', () => {
    expect(OpenClLibrary.open(['/nowhere/libOpenCL.so.1'])).toBeNull();
    expect(OpenClLibrary.open(['libm.so.6'])).toBeNull();
  });

  it.each([
    [-4, true],
    [-5, true],
    [-6, true],
    [-11, false],
    [-9999, false],
  ])('knows of status %d whether memory is short: %s', (status, isShort) => {
    expect(new OpenClFault('clFinish', status).isMemoryShort).toBe(isShort);
  });
});
