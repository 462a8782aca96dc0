import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { en } from '../../renderer/locales/en.ts';
import { plural, t } from '../../renderer/locales/text.ts';

const sources = import.meta.glob<string>('../../renderer/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Attributes whose text a person sees or hears. */
const spoken = ['aria-label', 'title', 'placeholder', 'alt', 'label', 'aria-description'];

describe('a text', () => {
  it('gets its values by name', () => {
    expect(t('network.queue', { position: 3, length: 41 })).toBe('Place 3 of 41 in the queue');
  });

  it('shows a value that was forgotten by its name, so that somebody notices', () => {
    expect(t('unit.nos')).toBe('{amount} NOS');
  });

  it('takes a value literally, whatever it says', () => {
    expect(t('app.title', { screen: '{name} $& $1' })).toBe('{name} $& $1 · Offpeak');
  });

  it('has a form for one and a form for others', () => {
    expect(plural('jobs.count', 1)).toBe('1 job');
    expect(plural('jobs.count', 0)).toBe('0 jobs');
    expect(plural('jobs.count', 100_000)).toMatch(/^100\D000 jobs$/);
  });
});

describe('the words of the interface', () => {
  it('stand in the locale files and nowhere else', () => {
    const strays = Object.entries(sources)
      .filter(([path]) => path.endsWith('.tsx'))
      .flatMap(([path, text]) => strayWords(path, text));
    expect(strays).toEqual([]);
  });

  it('would be found if they did not', () => {
    expect(strayWords('x.tsx', 'export const x = <p title="Oh">Hello {name}</p>;')).toEqual([
      'x.tsx: Oh',
      'x.tsx: Hello',
    ]);
    expect(strayWords('x.tsx', "export const x = <p>{'Hello'}</p>;")).toEqual(['x.tsx: Hello']);
    expect(strayWords('x.tsx', 'export const x = <p className="soft">· {t(key)}</p>;')).toEqual([]);
  });

  it('are all in use', () => {
    const code = Object.entries(sources)
      .filter(([path]) => !path.includes('/locales/en'))
      .map(([, text]) => text)
      .join('\n');
    expect(Object.keys(en).filter((key) => !isUsed(key, code))).toEqual([]);
  });
});

function strayWords(path: string, text: string): string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    const words = wordsOf(node)?.trim() ?? '';
    if (/\p{L}/u.test(words)) found.push(`${path}: ${words}`);
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

function wordsOf(node: ts.Node): string | null {
  if (ts.isJsxText(node)) return node.text;
  if (!ts.isStringLiteral(node)) return null;
  const parent = node.parent;
  // <p>{'Hello'}</p>, but not <p>{t('key')}</p>
  if (ts.isJsxExpression(parent) && !ts.isJsxAttribute(parent.parent)) return node.text;
  const isSpoken = ts.isJsxAttribute(parent) && spoken.includes(parent.name.getText());
  return isSpoken ? node.text : null;
}

// A key stands whole in the code, or begins and ends as one of its templates does.
function isUsed(key: string, code: string): boolean {
  if (code.includes(`'${key}'`)) return true;
  const stem = key.replace(/\.(one|other)$/, '');
  if (stem !== key && code.includes(`plural('${stem}'`)) return true;
  const templates = code.matchAll(/`([a-z][a-z.-]*\.)\$\{[^}]+\}([a-z.-]*)`/g);
  return [...templates].some(
    ([, start = '', end = '']) => key.startsWith(start) && key.endsWith(end),
  );
}
