import { parseJson } from './json.ts';
import { MAX_DOCUMENT_BYTES } from './limits.ts';
import type { DefinitionError } from './paths.ts';
import { type Plan, planDefinition } from './plan.ts';
import { policyErrors } from './policy.ts';
import { JobDefinition } from './schema.ts';
import { describeIssues, limitErrors } from './wording.ts';

/** What a document is: a definition with its plan, or everything that is wrong with it. */
export type Verdict =
  | { readonly valid: true; readonly definition: JobDefinition; readonly plan: Plan }
  | { readonly valid: false; readonly errors: readonly DefinitionError[] };

/**
 * Judges a job definition as it comes from the network: UTF-8 JSON, a byte-order mark allowed.
 * Whatever the input is, it answers and never throws. Pure.
 */
export function parseDefinition(document: Uint8Array | string): Verdict {
  const text = decode(document);
  if (!text.ok) return invalid([{ path: '', message: text.why }]);
  const reading = parseJson(text.value);
  if (!reading.ok) return invalid([reading.error]);
  const parsed = JobDefinition.safeParse(reading.value);
  if (!parsed.success) return invalid(describeIssues(parsed.error.issues, reading.value));
  const planning = planDefinition(parsed.data);
  const errors = [...policyErrors(parsed.data), ...(planning.ok ? [] : planning.errors)];
  if (errors.length > 0 || !planning.ok) return invalid(errors);
  return { valid: true, definition: parsed.data, plan: planning.plan };
}

function invalid(errors: readonly DefinitionError[]): Verdict {
  return { valid: false, errors: limitErrors(errors) };
}

type Decoded =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string };

function decode(document: Uint8Array | string): Decoded {
  // A text has at least as many bytes as UTF-16 units, so the first test spares the count.
  const isText = typeof document === 'string';
  const bytes =
    isText && document.length <= MAX_DOCUMENT_BYTES ? Buffer.byteLength(document) : document.length;
  if (bytes > MAX_DOCUMENT_BYTES) {
    return { ok: false, why: `is larger than ${MAX_DOCUMENT_BYTES} bytes` };
  }
  const value = isText ? document.replace(/^\uFEFF/, '') : decodeUtf8(document);
  if (value === null) return { ok: false, why: 'is not UTF-8 text' };
  return value.trim() === '' ? { ok: false, why: 'is empty' } : { ok: true, value };
}

/** Null where the bytes are not UTF-8. A leading byte-order mark is dropped. */
function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
