/** A section of the object file; `bytes` is a view of the file. */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Buffer;
  readonly alignment: number;
  /** For a relocation section: the index of the section that its entries change. */
  readonly info: number;
  readonly link: number;
}

/** A name with a place: `value` bytes into section `section`; section 0 is "not in this file". */
export interface ElfSymbol {
  readonly name: string;
  readonly isSection: boolean;
  readonly section: number;
  readonly value: number;
}

/** A place that has to be filled in once addresses are known, `offset` bytes into section `target`. */
export interface Relocation {
  readonly target: number;
  readonly offset: number;
  readonly type: number;
  readonly symbol: ElfSymbol;
}

export interface ElfObject {
  readonly sections: readonly Section[];
  readonly symbols: readonly ElfSymbol[];
  readonly relocations: readonly Relocation[];
}

/** Numbers of the ELF format (elf.h). */
export const elf = {
  machineBpf: 247,
  typeObject: 1,
  typeShared: 3,
  sectionProgram: 1,
  sectionSymbols: 2,
  sectionStrings: 3,
  sectionDynamic: 6,
  sectionRelocations: 9,
  sectionDynamicSymbols: 11,
  flagWrite: 1,
  flagLoaded: 2,
  flagCode: 4,
} as const;

const symbolSize = 24;
const relocationSize = 16;

/** Reads a relocatable BPF object as clang writes it (64 bits, little endian); throws on anything else. */
export function readObject(file: Buffer): ElfObject {
  const isElf = file.toString('latin1', 0, 6) === '\x7fELF\x02\x01';
  const isObject = file.readUInt16LE(16) === elf.typeObject;
  if (!isElf || !isObject || file.readUInt16LE(18) !== elf.machineBpf) {
    throw new Error('not a relocatable BPF object');
  }
  const sections = readSections(file);
  const table = sections.find((section) => section.type === elf.sectionSymbols);
  if (!table) throw new Error('the object has no symbols');
  const names = at(sections, table.link, 'section').bytes;
  const symbols = records(table.bytes, symbolSize).map((record) => ({
    name: text(names, record.readUInt32LE(0)),
    isSection: (record.readUInt8(4) & 15) === 3,
    section: record.readUInt16LE(6),
    value: Number(record.readBigUInt64LE(8)),
  }));
  return { sections, symbols, relocations: readRelocations(sections, symbols) };
}

/** The element at `index`; throws where a file points outside of its own tables. */
export function at<T>(list: readonly T[], index: number, what: string): T {
  const item = list[index];
  if (item === undefined) throw new Error(`there is no ${what} ${index}`);
  return item;
}

/** The sections of any ELF file of this kind, in order; the first is empty. */
export function readSections(file: Buffer): Section[] {
  const start = Number(file.readBigUInt64LE(40));
  const size = file.readUInt16LE(58);
  const count = file.readUInt16LE(60);
  const headers = records(file.subarray(start, start + count * size), size);
  const contentOf = (header: Buffer): Buffer => {
    const offset = Number(header.readBigUInt64LE(24));
    return file.subarray(offset, offset + Number(header.readBigUInt64LE(32)));
  };
  const names = contentOf(at(headers, file.readUInt16LE(62), 'section'));
  return headers.map((header) => ({
    name: text(names, header.readUInt32LE(0)),
    type: header.readUInt32LE(4),
    flags: Number(header.readBigUInt64LE(8)),
    bytes: contentOf(header),
    link: header.readUInt32LE(40),
    info: header.readUInt32LE(44),
    alignment: Math.max(1, Number(header.readBigUInt64LE(48))),
  }));
}

function readRelocations(
  sections: readonly Section[],
  symbols: readonly ElfSymbol[],
): Relocation[] {
  return sections
    .filter((section) => section.type === elf.sectionRelocations)
    .flatMap((section) =>
      records(section.bytes, relocationSize).map((record) => ({
        target: section.info,
        offset: Number(record.readBigUInt64LE(0)),
        type: record.readUInt32LE(8),
        symbol: at(symbols, record.readUInt32LE(12), 'symbol'),
      })),
    );
}

function records(bytes: Buffer, size: number): Buffer[] {
  const count = Math.floor(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function text(strings: Buffer, offset: number): string {
  return strings.toString('latin1', offset, strings.indexOf(0, offset));
}
