import { at, elf, readObject } from './elf-object.ts';
import type { ElfObject, ElfSymbol, Relocation, Section } from './elf-object.ts';
import { codeStart, writeProgram } from './elf-program.ts';
import type { RuntimeCall } from './elf-program.ts';

/**
 * Links one clang BPF object into the shared object that Solana's loader takes, of the oldest
 * bytecode version (sBPF v0): upstream lld can't link BPF, and Solana's own tools aren't packaged.
 *
 * Three things have to be filled in (linux/Documentation/bpf/llvm_reloc.rst; solana-sbpf, elf.rs):
 * - the address of a constant: 0x1_0000_0000 (where the loader maps the file) plus its file offset;
 * - a call inside the program: the distance in instructions;
 * - a call of the runtime: -1, and an entry in the table of dynamic relocations. The loader puts the
 *   hash of the name there.
 */
export function link(objectFile: Buffer): Buffer {
  const object = readObject(objectFile);
  const layout = placeSections(object.sections);
  const image = Buffer.alloc(layout.end);
  for (const [section, address] of layout.addresses) section.bytes.copy(image, address);
  const runtimeCalls = relocate(object, layout, image);
  return writeProgram({
    image,
    code: layout.code,
    constants: layout.constants,
    entry: addressOf(entryOf(object), object, layout),
    runtimeCalls,
  });
}

/** What the program may call: names of the runtime. Anything else is a mistake in the source. */
const runtimeNames = new Set([
  'abort',
  'sol_log_',
  'sol_get_clock_sysvar',
  'sol_invoke_signed_c',
  'sol_try_find_program_address',
]);

const entryName = 'entrypoint';
const instructionSize = 8;
const relocationAddress = 1; // R_BPF_64_64
const relocationCall = 10; // R_BPF_64_32
const mappedAt = 0x1_0000_0000n;

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Layout {
  readonly addresses: ReadonlyMap<Section, number>;
  readonly code: Range;
  readonly constants: Range;
  readonly end: number;
}

/** Code first, then constants: addresses are file offsets, as the loader's lenient mode wants it. */
function placeSections(sections: readonly Section[]): Layout {
  const loaded = sections.filter((s) => s.flags & elf.flagLoaded && s.bytes.length > 0);
  const writable = loaded.find((section) => section.flags & elf.flagWrite);
  if (writable) throw new Error(`${writable.name}: a program can't have writable data`);
  const addresses = new Map<Section, number>();
  let end = codeStart;
  const place = (section: Section): void => {
    const address = Math.ceil(end / section.alignment) * section.alignment;
    addresses.set(section, address);
    end = address + section.bytes.length;
  };
  const isCode = (section: Section): boolean => (section.flags & elf.flagCode) !== 0;
  loaded.filter(isCode).forEach(place);
  const code = { start: codeStart, end };
  end = Math.ceil(end / 16) * 16;
  const start = end;
  loaded.filter((section) => !isCode(section)).forEach(place);
  return { addresses, code, constants: { start, end }, end };
}

/** Fills in every place; returns the calls that the loader has to fill in. */
function relocate(object: ElfObject, layout: Layout, image: Buffer): RuntimeCall[] {
  const runtimeCalls: RuntimeCall[] = [];
  for (const relocation of object.relocations) {
    const base = layout.addresses.get(at(object.sections, relocation.target, 'section'));
    if (base === undefined) continue; // of a section that isn't loaded
    const place = base + relocation.offset;
    if (relocation.type === relocationAddress) {
      fillAddress(image, place, addressOf(relocation.symbol, object, layout));
    } else if (relocation.type !== relocationCall) {
      throw new Error(`relocation of type ${relocation.type} at ${place}`);
    } else if (relocation.symbol.section === 0) {
      runtimeCalls.push(markRuntimeCall(image, place, relocation.symbol));
    } else {
      fillCall(image, place, callTarget(relocation, place, { object, layout, image }));
    }
  }
  return runtimeCalls;
}

/** `lddw` holds a 64-bit number in the second halves of two instructions; clang leaves an offset there. */
function fillAddress(image: Buffer, place: number, address: number): void {
  const value = mappedAt + BigInt(address) + BigInt(image.readInt32LE(place + 4));
  image.writeUInt32LE(Number(value & 0xffff_ffffn), place + 4);
  image.writeUInt32LE(Number(value >> 32n), place + 12);
}

/** Clears the source register, which says "inside the program", and sets the number to -1. */
function markRuntimeCall(image: Buffer, place: number, symbol: ElfSymbol): RuntimeCall {
  if (!runtimeNames.has(symbol.name)) {
    throw new Error(`the source calls ${symbol.name}, which the runtime doesn't have`);
  }
  image.writeUInt8(image.readUInt8(place + 1) & 0x0f, place + 1);
  image.writeInt32LE(-1, place + 4);
  return { place, name: symbol.name };
}

/** A call by section names its target as a number of instructions from the section's start, less 1. */
function callTarget(
  relocation: Relocation,
  place: number,
  { object, layout, image }: { object: ElfObject; layout: Layout; image: Buffer },
): number {
  const target = addressOf(relocation.symbol, object, layout);
  if (!relocation.symbol.isSection) return target;
  return target + (image.readInt32LE(place + 4) + 1) * instructionSize;
}

function fillCall(image: Buffer, place: number, target: number): void {
  const distance = (target - place) / instructionSize - 1;
  // -1 would read as a call of the runtime. Only an instruction that calls itself comes to that.
  if (distance === -1) throw new Error(`an instruction at ${place} calls itself`);
  image.writeInt32LE(distance, place + 4);
}

function addressOf(symbol: ElfSymbol, object: ElfObject, layout: Layout): number {
  const base = layout.addresses.get(at(object.sections, symbol.section, 'section'));
  if (base === undefined) throw new Error(`${symbol.name} is in a section that isn't loaded`);
  return base + symbol.value;
}

function entryOf(object: ElfObject): ElfSymbol {
  const entry = object.symbols.find((s) => s.name === entryName && s.section !== 0);
  if (!entry) throw new Error(`the source has no function ${entryName}`);
  return entry;
}
