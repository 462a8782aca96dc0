import { en, type TextKey } from './en.ts';

/**
 * The text for a key in the owner's language, with `{name}` replaced. Keys are checked by the
 * compiler.
 */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return en[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A key of which `en` has a `.one` and a `.other`. */
type PluralKey = TextKey extends infer Key
  ? Key extends `${infer Stem}.one`
    ? Stem
    : never
  : never;

const rules = new Intl.PluralRules('en');
const whole = new Intl.NumberFormat();

/** Picks the plural form for a count by the language's own rules; `{count}` is replaced. */
export function plural(key: PluralKey, count: number): string {
  const form = rules.select(count) === 'one' ? 'one' : 'other';
  return t(`${key}.${form}`, { count: whole.format(count) });
}
