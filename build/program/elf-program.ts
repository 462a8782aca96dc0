import { elf } from './elf-object.ts';

/** A call that the loader fills in: the file offset of the instruction and the name it calls. */
export interface RuntimeCall {
  readonly place: number;
  readonly name: string;
}

/** A linked program, all but its tables. Every number is a file offset, which is also the address. */
export interface LinkedProgram {
  /** The file from its start to the end of the constants; what lies before the code is still empty. */
  readonly image: Buffer;
  readonly code: { readonly start: number; readonly end: number };
  readonly constants: { readonly start: number; readonly end: number };
  readonly entry: number;
  readonly runtimeCalls: readonly RuntimeCall[];
}

const fileHeaderSize = 64;
const segmentHeaderSize = 56;
const sectionHeaderSize = 64;
const segmentCount = 3;

/** Where the code begins: after the file header and the headers of the three segments. */
export const codeStart = fileHeaderSize + segmentCount * segmentHeaderSize;

/**
 * Adds the tables to a program and returns the whole file. The loader of sBPF v0 wants a 64-bit
 * shared object for machine 247 without flags, one .text, sections in the order of the file, and
 * names of at most 16 bytes (solana-sbpf, elf.rs and elf_parser).
 */
export function writeProgram(program: LinkedProgram): Buffer {
  const sections = placeSections(program);
  const shown = sections.filter((section) => section.bytes === null || section.bytes.length > 0);
  const names = stringTable(['.shstrtab', ...shown.map((section) => section.name)]);
  const namesStart = lastEnd(sections);
  const all = [
    ...shown,
    tableSection('.shstrtab', elf.sectionStrings, { start: namesStart, bytes: names.bytes }),
  ];
  const headersStart = align8(namesStart + names.bytes.length);
  const file = Buffer.alloc(headersStart + (all.length + 1) * sectionHeaderSize);
  program.image.copy(file);
  for (const section of all) section.bytes?.copy(file, section.start);
  all.forEach((section, i) => {
    const header = file.subarray(headersStart + (i + 1) * sectionHeaderSize);
    writeSectionHeader(header, section, { name: names.offsetOf(section.name), all });
  });
  writeSegments(file, program, sections);
  writeFileHeader(file, { entry: program.entry, headersStart, sectionCount: all.length + 1 });
  return file;
}

interface OutputSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly start: number;
  readonly size: number;
  /** Null where the bytes are part of the image already. */
  readonly bytes: Buffer | null;
  readonly alignment: number;
  readonly entrySize: number;
  /** The section that this one refers to, by name. */
  readonly link: string | null;
  readonly info: number;
}

/** Code, constants and the four tables of dynamic linking, one after the other. */
function placeSections(program: LinkedProgram): OutputSection[] {
  const { code, constants, runtimeCalls } = program;
  const names = [...new Set(runtimeCalls.map((call) => call.name))];
  const strings = stringTable(names);
  const symbols = Buffer.concat([
    Buffer.alloc(24),
    ...names.map((n) => symbol(strings.offsetOf(n))),
  ]);
  const relocations = Buffer.concat(
    runtimeCalls.map((call) => relocation(call.place, names.indexOf(call.name) + 1)),
  );
  const dynamicStart = align8(constants.end);
  const symbolsStart = dynamicStart + dynamicEntries * 16;
  const stringsStart = symbolsStart + symbols.length;
  const relocationsStart = align8(stringsStart + strings.bytes.length);
  const dynamic = dynamicTable([
    [17, relocationsStart], // DT_REL
    [18, relocations.length], // DT_RELSZ
    [19, 16], // DT_RELENT
    [6, symbolsStart], // DT_SYMTAB
    [5, stringsStart], // DT_STRTAB
    [11, 24], // DT_SYMENT
    [0, 0],
  ]);
  const { sectionDynamic, sectionDynamicSymbols, sectionRelocations, sectionStrings } = elf;
  return [
    imageSection('.text', elf.flagLoaded | elf.flagCode, code),
    imageSection('.rodata', elf.flagLoaded, constants),
    {
      ...tableSection('.dynamic', sectionDynamic, { start: dynamicStart, bytes: dynamic }),
      flags: elf.flagLoaded | elf.flagWrite,
      link: '.dynstr',
      entrySize: 16,
    },
    {
      ...tableSection('.dynsym', sectionDynamicSymbols, { start: symbolsStart, bytes: symbols }),
      flags: elf.flagLoaded,
      link: '.dynstr',
      info: 1,
      entrySize: 24,
    },
    {
      ...tableSection('.dynstr', sectionStrings, { start: stringsStart, bytes: strings.bytes }),
      flags: elf.flagLoaded,
    },
    {
      ...tableSection('.rel.dyn', sectionRelocations, {
        start: relocationsStart,
        bytes: relocations,
      }),
      flags: elf.flagLoaded,
      link: '.dynsym',
      entrySize: 16,
    },
  ];
}

const dynamicEntries = 7;

function imageSection(
  name: string,
  flags: number,
  { start, end }: { start: number; end: number },
): OutputSection {
  const size = end - start;
  const type = elf.sectionProgram;
  return {
    name,
    type,
    flags,
    start,
    size,
    bytes: null,
    alignment: 8,
    entrySize: 0,
    link: null,
    info: 0,
  };
}

function tableSection(
  name: string,
  type: number,
  { start, bytes }: { start: number; bytes: Buffer },
): OutputSection {
  const alignment = type === elf.sectionStrings ? 1 : 8;
  const size = bytes.length;
  return { name, type, flags: 0, start, size, bytes, alignment, entrySize: 0, link: null, info: 0 };
}

function writeSectionHeader(
  header: Buffer,
  section: OutputSection,
  { name, all }: { name: number; all: readonly OutputSection[] },
): void {
  const link = section.link === null ? -1 : all.findIndex((other) => other.name === section.link);
  header.writeUInt32LE(name, 0);
  header.writeUInt32LE(section.type, 4);
  header.writeBigUInt64LE(BigInt(section.flags), 8);
  header.writeBigUInt64LE(BigInt(section.flags & elf.flagLoaded ? section.start : 0), 16);
  header.writeBigUInt64LE(BigInt(section.start), 24);
  header.writeBigUInt64LE(BigInt(section.size), 32);
  header.writeUInt32LE(link + 1, 40);
  header.writeUInt32LE(section.info, 44);
  header.writeBigUInt64LE(BigInt(section.alignment), 48);
  header.writeBigUInt64LE(BigInt(section.entrySize), 56);
}

/** Three segments: code and constants, the tables, and the dynamic table once more as such. */
function writeSegments(
  file: Buffer,
  { code, constants }: LinkedProgram,
  sections: readonly OutputSection[],
): void {
  const dynamic = sections.find((section) => section.name === '.dynamic');
  if (!dynamic) throw new Error('the program has no dynamic table');
  const tablesSize = lastEnd(sections) - dynamic.start;
  const segments = [
    { type: 1, flags: 5, start: code.start, size: constants.end - code.start },
    { type: 1, flags: 4, start: dynamic.start, size: tablesSize },
    { type: 2, flags: 6, start: dynamic.start, size: dynamic.size },
  ];
  segments.forEach(({ type, flags, start, size }, i) => {
    const header = file.subarray(fileHeaderSize + i * segmentHeaderSize);
    header.writeUInt32LE(type, 0);
    header.writeUInt32LE(flags, 4);
    for (const field of [8, 16, 24]) header.writeBigUInt64LE(BigInt(start), field);
    for (const field of [32, 40]) header.writeBigUInt64LE(BigInt(size), field);
    header.writeBigUInt64LE(8n, 48);
  });
}

function writeFileHeader(
  file: Buffer,
  facts: { entry: number; headersStart: number; sectionCount: number },
): void {
  file.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  file.writeUInt16LE(elf.typeShared, 16);
  file.writeUInt16LE(elf.machineBpf, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(facts.entry), 24);
  file.writeBigUInt64LE(BigInt(fileHeaderSize), 32);
  file.writeBigUInt64LE(BigInt(facts.headersStart), 40);
  file.writeUInt16LE(fileHeaderSize, 52);
  file.writeUInt16LE(segmentHeaderSize, 54);
  file.writeUInt16LE(segmentCount, 56);
  file.writeUInt16LE(sectionHeaderSize, 58);
  file.writeUInt16LE(facts.sectionCount, 60);
  file.writeUInt16LE(facts.sectionCount - 1, 62);
}

function symbol(nameOffset: number): Buffer {
  const record = Buffer.alloc(24);
  record.writeUInt32LE(nameOffset, 0);
  record.writeUInt8(0x10, 4); // global, defined elsewhere
  return record;
}

function relocation(place: number, symbolIndex: number): Buffer {
  const record = Buffer.alloc(16);
  record.writeBigUInt64LE(BigInt(place), 0);
  record.writeUInt32LE(10, 8); // R_BPF_64_32
  record.writeUInt32LE(symbolIndex, 12);
  return record;
}

function dynamicTable(entries: readonly (readonly [number, number])[]): Buffer {
  const table = Buffer.alloc(entries.length * 16);
  entries.forEach(([tag, value], i) => {
    table.writeBigUInt64LE(BigInt(tag), i * 16);
    table.writeBigUInt64LE(BigInt(value), i * 16 + 8);
  });
  return table;
}

function stringTable(names: readonly string[]): {
  bytes: Buffer;
  offsetOf: (name: string) => number;
} {
  const bytes = Buffer.from(`\0${names.map((name) => `${name}\0`).join('')}`, 'latin1');
  return { bytes, offsetOf: (name) => bytes.indexOf(`\0${name}\0`) + 1 };
}

function lastEnd(sections: readonly OutputSection[]): number {
  return Math.max(...sections.map((section) => section.start + section.size));
}

function align8(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}
