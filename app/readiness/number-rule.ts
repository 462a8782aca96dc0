import type { Requirement, RequirementName } from '../contract/readiness.ts';
import { requirement } from './requirement.ts';

/** A number that must be reached, or must not be exceeded, and what to say about it. */
export interface NumberRule {
  readonly name: RequirementName;
  readonly unit: NonNullable<Requirement['unit']>;
  readonly words: (value: number) => string;
  readonly measured: number | null;
  /** What the network publishes now; goes before the documentation. */
  readonly published: number | null;
  /** Null: the documentation asks for nothing, and its advice is all there is. */
  readonly documented: number | null;
  readonly advised: number | null;
  /** How much less than documented is still meant: a disk of 256 GB holds files of a little less. */
  readonly tolerance?: number;
  readonly atMost?: boolean;
  /** Why it is not known, and how to learn it. */
  readonly unknown: { readonly note: string; readonly remedy: string };
  /** What to do when it is too small. */
  readonly remedy: string;
}

/** Compares what was measured with what is asked. */
export function numberRule(rule: NumberRule): Requirement {
  const { measured, published, documented, advised, words } = rule;
  const reaches = (value: number, limit: number): boolean =>
    rule.atMost === true ? value <= limit : value >= limit;
  const required = published !== null || documented !== null;
  const askedValue = published ?? documented ?? advised ?? 0;
  // What the servers publish is what they measure by; what the documentation says is rounded.
  const limit = published ?? (documented ?? askedValue) * (1 - (rule.tolerance ?? 0));
  const common = {
    name: rule.name,
    asked: `${words(askedValue)} or ${rule.atMost === true ? 'less' : 'more'}${required ? '' : ' is recommended'}`,
    measured: measured === null ? null : words(measured),
    unit: rule.unit,
    askedValue,
    recommendedValue: advised,
    measuredValue: measured,
    source: published === null ? 'documentation' : 'network',
    required,
  } as const;
  if (measured === null) return requirement({ ...common, verdict: 'unknown', ...rule.unknown });
  const notes = [
    ...(published !== null && documented !== null && published !== documented
      ? [`The network asks for this now; its documentation says ${words(documented)}.`]
      : []),
    ...(required && advised !== null && !reaches(measured, advised)
      ? [`${words(advised)} or ${rule.atMost === true ? 'less' : 'more'} is recommended.`]
      : []),
  ];
  const note = notes.length === 0 ? null : notes.join(' ');
  return reaches(measured, limit)
    ? requirement({ ...common, verdict: 'met', note })
    : requirement({ ...common, verdict: 'fixable', note, remedy: rule.remedy });
}
