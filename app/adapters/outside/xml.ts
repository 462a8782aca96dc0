import { XMLParser } from 'fast-xml-parser';

/**
 * Reads XML into plain objects; null when it is none. All values stay texts: a key `007` is no
 * number. Elements named in `lists` become lists also when there is one of them.
 */
export function parseXml(text: string, lists: readonly string[]): unknown {
  // Entities that a document declares itself can grow without end; no answer of a store has any.
  if (/<!DOCTYPE/i.test(text)) return null;
  const parser = new XMLParser({
    parseTagValue: false,
    trimValues: false,
    isArray: (name) => lists.includes(name),
    entityDecoder: DECODER,
  });
  try {
    const document: unknown = parser.parse(text);
    return document;
  } catch {
    return null;
  }
}

/** The entities that XML itself has, and character references: some stores write quotes as &#34;. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

// The library's own decoder leaves character references as they are.
const DECODER = {
  setExternalEntities: (): void => undefined,
  addInputEntities: (): void => undefined,
  setXmlVersion: (): void => undefined,
  reset: (): void => undefined,
  decode: (text: string): string =>
    text.replaceAll(
      /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi,
      (whole, hex, decimal, name) => decoded({ whole, hex, decimal, name }),
    ),
};

function decoded(entity: Readonly<Record<'whole' | 'hex' | 'decimal' | 'name', unknown>>): string {
  const { whole, hex, decimal, name } = entity;
  if (typeof name === 'string') return NAMED[name] ?? String(whole);
  const point =
    typeof hex === 'string' ? Number.parseInt(hex, 16) : Number.parseInt(String(decimal), 10);
  return point <= 0x10ffff ? String.fromCodePoint(point) : String(whole);
}
