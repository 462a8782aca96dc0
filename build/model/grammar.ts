import type { RandomStream } from './random.ts';

/** The rules of text/grammar.txt by name. */
export type Grammar = ReadonlyMap<string, Rule>;

interface Rule {
  /** True where one choice holds for the whole passage (a person, a boat), so that it stays the same. */
  readonly kept: boolean;
  readonly choices: readonly string[];
}

const head = /^([a-z][a-z ]*?)( =|:)$/;
const slot = /\{([A-Za-z][A-Za-z ]*)(?:\.([1-9]))?\}/g;

/** Reads rules from text; throws a RangeError that names the line, or a rule that is used but not there. */
export function parseGrammar(text: string): Grammar {
  const rules = new Map<string, { kept: boolean; choices: string[] }>();
  let choices: string[] | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const title = head.exec(line);
    if (title?.[1] !== undefined && title[2] !== undefined) {
      choices = [];
      rules.set(title[1], { kept: title[2] === ' =', choices });
    } else if (line.startsWith('  ') && choices !== null) {
      choices.push(line.trim());
    } else {
      throw new RangeError(`grammar line ${index + 1} is neither a rule nor a choice: ${line}`);
    }
  }
  for (const { choices: lines } of rules.values()) {
    for (const line of lines) for (const [, name = ''] of line.matchAll(slot)) rule(rules, name);
  }
  return rules;
}

/** Unfolds one passage from the rule `passage`. */
export function writePassage(grammar: Grammar, random: RandomStream): string {
  const kept = new Map<string, string>();
  return unfold('{passage}');

  function unfold(line: string): string {
    return line.replaceAll(slot, (_, name: string, field: string | undefined) => {
      const fields = value(name).split('|');
      const text = unfold(fields[Number(field ?? '1') - 1] ?? fields[0] ?? '');
      return /^[A-Z]/.test(name) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
    });
  }

  function value(name: string): string {
    const key = lower(name);
    const before = kept.get(key);
    if (before !== undefined) return before;
    const { kept: keep, choices } = rule(grammar, name);
    const choice = choices[random.next() % choices.length] ?? '';
    if (keep) kept.set(key, choice);
    return choice;
  }
}

function rule(rules: Grammar, name: string): Rule {
  const found = rules.get(lower(name));
  if (found === undefined) throw new RangeError(`the grammar has no rule "${name}"`);
  return found;
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
