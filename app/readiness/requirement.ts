import type { Requirement } from '../contract/readiness.ts';

type Given = Pick<Requirement, 'name' | 'asked' | 'verdict'> & Partial<Requirement>;

/** A requirement; what is not given is absent, and it is asked for by the documentation. */
export function requirement(given: Given): Requirement {
  return {
    measured: null,
    unit: null,
    askedValue: null,
    recommendedValue: null,
    measuredValue: null,
    source: 'documentation',
    required: true,
    note: null,
    remedy: null,
    ...given,
  };
}
