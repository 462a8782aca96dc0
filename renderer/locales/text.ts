import { en, type TextKey } from './en.ts';

/**
 * The text for a key in the owner's language, with `{name}` replaced. Keys are checked by the
 * compiler.
 */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return en[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Picks the plural form for a count: `one` or `other`, by the language's own rules. */
export function plural(key: 'home.today.jobs' | 'jobs.count', count: number): string {
  const form = new Intl.PluralRules('en').select(count) === 'one' ? 'one' : 'other';
  return t(`${key}.${form}`, { count: new Intl.NumberFormat().format(count) });
}
