import type { Verdict } from './parse.ts';
import type { DefinitionError } from './paths.ts';

/** What `offpeak validate FILE --json` prints. Operations are named by their ids. */
export interface ValidateReport {
  readonly valid: boolean;
  readonly errors: readonly DefinitionError[];
  readonly plan: {
    readonly groups: readonly { readonly name: string; readonly operations: readonly string[] }[];
  } | null;
}

/** A verdict without the definition; `plan` is null when it is not valid. Pure. */
export function toValidateReport(verdict: Verdict): ValidateReport {
  if (!verdict.valid) return { valid: false, errors: verdict.errors, plan: null };
  const groups = verdict.plan.groups.map(({ name, operations }) => ({
    name,
    operations: operations.map(({ id }) => id),
  }));
  return { valid: true, errors: [], plan: { groups } };
}
