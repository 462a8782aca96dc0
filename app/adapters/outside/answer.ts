import type { z } from 'zod';
import { OutsideFault, toOutsideFault } from './faults.ts';
import { outsideRequest, type OutsideAnswer, type OutsideOptions } from './request.ts';

/** An answer that was read to its end. */
export interface OutsideText extends Omit<OutsideAnswer, 'body'> {
  readonly bytes: Buffer;
}

/** Bytes of an answer that is read into memory, unless the caller says otherwise. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Sends a request and reads its whole answer, of any status. Throws OutsideFault. */
export async function outsideBytes(
  address: string,
  options: OutsideOptions = {},
): Promise<OutsideText> {
  const answer = await outsideRequest(address, { maxBytes: MAX_ANSWER_BYTES, ...options });
  const { status, headers } = answer;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer.body) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  } catch (error) {
    throw toOutsideFault(error, hostOf(address), options.signal);
  }
  return { status, headers, bytes: Buffer.concat(chunks) };
}

/** As `outsideBytes`; `value` is null for a status other than success. Throws OutsideFault. */
export async function outsideJson<T>(
  address: string,
  schema: z.ZodType<T>,
  options: OutsideOptions = {},
): Promise<Omit<OutsideText, 'bytes'> & { readonly value: T | null }> {
  const { status, headers, bytes } = await outsideBytes(address, {
    ...options,
    headers: { accept: 'application/json', ...options.headers },
  });
  if (status < 200 || status > 299) return { status, headers, value: null };
  const read = schema.safeParse(parsed(bytes));
  if (!read.success) throw new OutsideFault('unreadable', hostOf(address), read.error);
  return { status, headers, value: read.data };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function hostOf(address: string): string {
  return URL.parse(address)?.hostname ?? '';
}
