import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../../app/jobs/definition/json.ts';
import { MAX_NESTING_DEPTH } from '../../../../app/jobs/definition/limits.ts';

const mistake = (text: string): string => {
  const reading = parseJson(text);
  if (reading.ok) throw new Error(`accepted ${text}`);
  return `${reading.error.path}: ${reading.error.message}`;
};

describe('reading JSON', () => {
  it.each([
    '{}',
    '[]',
    ' [1, -0, 0.5, 1e3, 1E-2, 123456789012345678901234567890] ',
    '{"a":{"b":[true,false,null]},"":"empty key","constructor":1}',
    '"\\u00e9 \\ud83d\\ude00 \\" \\\\ \\/ \\b\\f\\n\\r\\t \u2028 é 😀"',
    '\t\r\n"x"\n',
  ])('gives what JSON.parse gives for %s', (text) => {
    expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
  });

  it.each([
    ['', ': not valid JSON at line 1, column 1: expected a value, but the document ends here'],
    ['{"a": nope}', ': not valid JSON at line 1, column 7: expected a value'],
    ['{\n  "a": 1,\n}', ': not valid JSON at line 3, column 1: expected a key in double quotes'],
    ['{"a" 1}', ': not valid JSON at line 1, column 6: expected ":" after the key'],
    ['{"a": 1 "b": 2}', ': not valid JSON at line 1, column 9: expected "," or "}"'],
    ['[1 2]', ': not valid JSON at line 1, column 4: expected "," or "]"'],
    ['[1', ': not valid JSON at line 1, column 3: expected "," or "]", but the document ends here'],
    ['1 2', ': not valid JSON at line 1, column 3: expected the end of the document'],
    ['"abc', ': not valid JSON at line 1, column 1: this text has no closing quote'],
    [
      '"a\nb"',
      ': not valid JSON at line 1, column 3: line breaks and control characters must be escaped in text',
    ],
    ['"\\x"', ': not valid JSON at line 1, column 3: this escape is unknown in JSON'],
    [
      '"\\u12g4"',
      ': not valid JSON at line 1, column 3: expected four hexadecimal digits after \\u',
    ],
  ])('says where the mistake in %j is', (text, expected) => {
    expect(mistake(text)).toBe(expected);
  });

  it.each([
    '01',
    '.5',
    '1.',
    '-',
    '+1',
    'NaN',
    "{'a':1}",
    '// x',
    '[1,]',
    'tru',
    '"\t"',
    '\u00a01',
  ])('refuses %j, as JSON.parse does', (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(parseJson(text).ok).toBe(false);
  });

  it('agrees with JSON.parse on every cut and every changed character of a document', () => {
    const text = '{"aa":[1,-2.5e3,"x\\u0041\\n"],"bb":{"cc":null,"dd":true},"ee":""}';
    const variants = Array.from({ length: text.length }, (_, at) => [
      text.slice(0, at),
      ...['"', '\\', '{', ']', ',', ':', '0', 'e', '-', ' ', '\n'].map(
        (other) => text.slice(0, at) + other + text.slice(at + 1),
      ),
    ]).flat();
    for (const variant of variants) {
      const reading = parseJson(variant);
      expect([variant, reading.ok ? reading.value : 'refused']).toEqual([variant, plain(variant)]);
    }
  });
});

/** JSON.parse, with a fixed answer for what it refuses. */
function plain(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return 'refused';
  }
}

describe('JSON that is valid and refused all the same', () => {
  it('is a key given twice, also where the two are written differently', () => {
    expect(mistake('{"ops":[{"id":1,"\\u0069d":2}]}')).toBe(
      'ops[0].id: is given twice; readers disagree on which counts',
    );
  });

  it('is a key that would change what the object is', () => {
    expect(mistake('{"env":{"__proto__":{"a":1}}}')).toBe(
      'env.__proto__: this key is not allowed anywhere',
    );
  });

  it('is a number that no computer number can hold', () => {
    expect(mistake('[1e999]')).toContain('this number is too large');
  });

  it('is text with half a character, or with a NUL', () => {
    expect(mistake('"\\ud800"')).toContain('this text is not valid Unicode');
    expect(mistake('{"a\\u0000":1}')).toContain('text must not hold a NUL character');
  });

  it('is nesting beyond the limit, and only beyond it', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(MAX_NESTING_DEPTH)).ok).toBe(true);
    expect(mistake(nested(MAX_NESTING_DEPTH + 1))).toContain('is nested deeper than 32 levels');
  });

  it.each(['[', '{"a":', '[{"a":'])(
    'is a hundred thousand times %s, without a stack overflow',
    (piece) => {
      expect(mistake(piece.repeat(100_000))).toContain('is nested deeper than 32 levels');
    },
  );
});
