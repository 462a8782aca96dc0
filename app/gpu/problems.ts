import type { SmiFailure } from '../adapters/nvidia-smi.ts';
import { gpuErrors } from '../contract/errors/gpu.ts';
import type { Problem } from '../contract/gpu.ts';
import type { CardFault } from './parse.ts';

type GpuErrorCode = keyof typeof gpuErrors;

/** How much of the driver's own words is shown, in characters. */
const SHOWN_TEXT = 200;

/** Why there is no answer, and what to do about it. */
export function problemOfFailure(failure: SmiFailure): Problem {
  switch (failure.kind) {
    case 'missing':
      return problem('gpu.driver-missing');
    case 'timed-out':
      return problemOfSilence(failure.text);
    case 'not-asked':
      return problem('gpu.not-asked', sentence('Offpeak could not ask the NVIDIA driver', failure));
    case 'failed':
      return problemOfWords(failure.text) ?? problemOfExit(failure);
  }
}

/** The driver did not answer in time; `text` says in which. */
export function problemOfSilence(text: string): Problem {
  return problem('gpu.driver-hangs', `The NVIDIA driver does not answer: ${text}.`);
}

/**
 * The problem that nvidia-smi's own words tell of, or null when they are only remarks. The words come
 * from nvidia-smi itself and from NVML's error strings (nvmlErrorString in NVIDIA's nvml.h).
 */
export function problemOfWords(text: string): Problem | null {
  const code = SIGNS.find(([, words]) => words.test(text))?.[0];
  if (code === undefined) return null;
  const address = /\bGPU ?([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])/i.exec(text)?.[1];
  if (code === 'gpu.card-lost' && address !== undefined) {
    return problem(
      code,
      `The NVIDIA card at ${address} has stopped answering: it fell off the bus.`,
    );
  }
  return problem(code);
}

/** The problem that a failed NVML tells of; null: nvidia-smi may know more. Status as in nvml.h. */
export function problemOfNvml(status: number): Problem | null {
  const code = NVML_STATUS[status];
  return code === undefined ? null : problem(code);
}

const NVML_STATUS: Readonly<Record<number, GpuErrorCode>> = {
  4: 'gpu.forbidden',
  8: 'gpu.power-cable',
  9: 'gpu.driver-not-running',
  15: 'gpu.card-lost',
  16: 'gpu.card-needs-reset',
  17: 'gpu.blocked-by-system',
  18: 'gpu.driver-mismatch',
};

/** The problem of a card that is listed but does not work. */
export function problemOfFault(fault: CardFault): Problem {
  const card = `Card ${fault.index}`;
  return fault.kind === 'lost'
    ? problem('gpu.card-lost', `${card} has stopped answering: it fell off the bus.`)
    : problem('gpu.card-needs-reset', `${card} is stuck and has to be reset.`);
}

/** A problem from the error table, with a more exact sentence where there is one. */
export function problem(code: GpuErrorCode, message: string = gpuErrors[code].message): Problem {
  return { code, message, remedy: gpuErrors[code].remedy };
}

// In this order: "Unable to determine the device handle" comes with the reason behind it.
const SIGNS: readonly (readonly [GpuErrorCode, RegExp])[] = [
  ['gpu.driver-mismatch', /driver\/library version mismatch/i],
  ['gpu.driver-not-running', /couldn't communicate with the NVIDIA driver|driver not loaded/i],
  ['gpu.library-missing', /couldn't find (the )?(libnvidia-ml|nvml)|NVML.*library not found/i],
  ['gpu.forbidden', /insufficient permissions/i],
  ['gpu.blocked-by-system', /GPU access blocked by the operating system/i],
  ['gpu.no-card', /no devices were found/i],
  ['gpu.card-needs-reset', /GPU requires reset/i],
  ['gpu.power-cable', /external power cables|insufficient external power/i],
  ['gpu.card-lost', /GPU is lost|fallen off the bus|unable to determine the device handle/i],
];

// nvidia-smi(1), "Return value"; for a driver whose words are new to us.
const EXIT_CODES: Readonly<Record<number, GpuErrorCode>> = {
  4: 'gpu.forbidden',
  8: 'gpu.power-cable',
  9: 'gpu.driver-not-running',
  12: 'gpu.library-missing',
  15: 'gpu.card-lost',
};

function problemOfExit(failure: SmiFailure): Problem {
  const { exitCode } = failure;
  if (exitCode === 0) return problem('gpu.unreadable');
  const code = exitCode === null ? undefined : EXIT_CODES[exitCode];
  if (code !== undefined) return problem(code);
  return problem('gpu.driver-failed', sentence('The NVIDIA driver reports an error', failure));
}

function sentence(start: string, { text }: SmiFailure): string {
  const words = firstLine(text);
  return words === '' ? `${start}.` : `${start}: ${words}`;
}

// The driver's words are shown to a person: one line, nothing that a terminal would obey.
function firstLine(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/\p{C}/gu, '').trim());
  return (lines.find((line) => line !== '') ?? '').slice(0, SHOWN_TEXT);
}
