import type { z } from 'zod';
import { outsideBytes, outsideJson } from '../adapters/outside/answer.ts';
import { OutsideFault } from '../adapters/outside/faults.ts';
import {
  outsideRequest,
  type OutsideAnswer,
  type OutsideOptions,
} from '../adapters/outside/request.ts';
import { errorOfFault, errorOfStatus } from './problems.ts';

/** How this room asks servers; tests allow this computer and shorten the waits. */
export type WebOptions = Pick<OutsideOptions, 'allowLoopback' | 'answerMs' | 'idleMs' | 'resolve'>;

export interface WebRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

interface Metadata extends WebRequest {
  readonly maxBytes: number;
  /** What is asked for, in plain words, for the message of a refusal. */
  readonly what: string;
}

/** Requests of this room: what fails is thrown as OffpeakError `resources.…`. */
export class Web {
  readonly #options: WebOptions;

  constructor(options: WebOptions) {
    this.#options = options;
  }

  /** An answer of any status, its body unread. */
  open({ url, headers, signal }: WebRequest): Promise<OutsideAnswer> {
    return orProblem(outsideRequest(url, { ...this.#options, headers, signal }));
  }

  /** A whole small answer; every status but success is thrown. */
  async read({ url, headers, signal, maxBytes, what }: Metadata): Promise<Buffer> {
    const options = { ...this.#options, headers, signal, maxBytes };
    const { status, bytes } = await orProblem(outsideBytes(url, options));
    if (status === 200) return bytes;
    throw errorOfStatus(status, url, what);
  }

  /** As `read`, for JSON, with the headers of the answer. */
  async json<T>(
    { url, headers, signal, maxBytes, what }: Metadata,
    schema: z.ZodType<T>,
  ): Promise<{ readonly value: T; readonly headers: Readonly<Record<string, string>> }> {
    const options = { ...this.#options, headers, signal, maxBytes };
    const answer = await orProblem(outsideJson(url, schema, options));
    if (answer.value === null) throw errorOfStatus(answer.status, url, what);
    return { value: answer.value, headers: answer.headers };
  }
}

async function orProblem<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw error instanceof OutsideFault ? errorOfFault(error) : error;
  }
}
