import type { DeviceFacts, MetricName } from '../../contract/benchmark.ts';

/*
 * What a chip can do at its advertised clocks: operations per clock and multiprocessor, times both. The
 * rates per clock are those of NVIDIA's CUDA C++ Programming Guide ("Throughput of Native Arithmetic
 * Instructions") and of its architecture papers; that they hold for GeForce cards was checked against
 * clpeak's published results for an RTX 5060, all within 3 % of one clock.
 */

type Rates = Readonly<Partial<Record<MetricName, number>>>;

/** Operations per clock and multiprocessor; an FMA is two. By compute capability. */
const FP32: Readonly<Record<string, number>> = {
  '6.0': 128,
  '6.1': 256,
  '7.0': 128,
  '7.5': 128,
  '8.0': 128,
  '8.6': 256,
  '8.9': 256,
  '9.0': 256,
  '12.0': 256,
};

/** GeForce cards add products of FP16 up in FP32 at half the rate of boards for professionals. */
const TENSOR: Readonly<Record<string, { readonly geforce: Rates; readonly other: Rates }>> = {
  '7.5': both({ 'fp16-fp16': 1_024, int8: 2_048 }, { 'fp16-fp32': [512, 1_024] }),
  '8.0': both({ 'fp16-fp16': 2_048, 'fp16-fp32': 2_048, 'bf16-fp32': 2_048, int8: 4_096 }, {}),
  '8.6': both(
    { 'fp16-fp16': 1_024, int8: 2_048 },
    { 'fp16-fp32': [512, 1_024], 'bf16-fp32': [512, 1_024] },
  ),
  '8.9': both(
    { 'fp16-fp16': 1_024, int8: 2_048 },
    { 'fp16-fp32': [512, 1_024], 'bf16-fp32': [512, 1_024], 'fp8-fp32': [1_024, 2_048] },
  ),
  '9.0': both({ 'fp16-fp16': 4_096, 'fp16-fp32': 4_096, 'bf16-fp32': 4_096, int8: 8_192 }, {}),
  '12.0': both(
    { 'fp16-fp16': 1_024, int8: 2_048 },
    { 'fp16-fp32': [512, 1_024], 'bf16-fp32': [512, 1_024], 'fp8-fp32': [1_024, 2_048] },
  ),
};

function both(
  same: Rates,
  apart: Readonly<Partial<Record<MetricName, readonly [geforce: number, other: number]>>>,
): { geforce: Rates; other: Rates } {
  const pick = (which: 0 | 1) =>
    Object.fromEntries(Object.entries(apart).map(([name, rates]) => [name, rates[which]]));
  return { geforce: { ...same, ...pick(0) }, other: { ...same, ...pick(1) } };
}

/**
 * What the chip can do at its advertised clocks, in operations or bytes per second; null where that is
 * not known, as for a processor. Links are not the chip's: see `linkPeak`.
 */
export function chipPeak(metric: MetricName, facts: DeviceFacts): number | null {
  if (facts.kind === 'cpu') return null;
  if (metric === 'memory-read' || metric === 'memory-copy') return memoryPeak(facts);
  const rate = rateOf(metric, facts);
  return rate === null || facts.clockMhz === null
    ? null
    : rate * facts.multiprocessors * facts.clockMhz * 1e6;
}

function rateOf(metric: MetricName, { name, computeCapability }: DeviceFacts): number | null {
  if (computeCapability === null) return null;
  const capability = computeCapability.join('.');
  if (metric === 'fp32') return FP32[capability] ?? null;
  // The cards named GTX of compute capability 7.5 have no tensor cores.
  if (/\bGTX\b/.test(name)) return null;
  const rates = TENSOR[capability]?.[/GeForce|TITAN/i.test(name) ? 'geforce' : 'other'];
  return rates?.[metric] ?? null;
}

/** Twice a clock over the whole bus. */
function memoryPeak({ memoryClockMhz, memoryBusBits }: DeviceFacts): number | null {
  if (memoryClockMhz === null || memoryBusBits === null) return null;
  return (2 * memoryClockMhz * 1e6 * memoryBusBits) / 8;
}

/** A link as a card has it. */
export interface Link {
  readonly generation: number;
  readonly lanes: number;
}

/** Bytes per second and lane, of PCIe 1 to 6, after its line code (PCI-SIG). */
const LANE: readonly number[] = [0, 0.25e9, 0.5e9, 0.985e9, 1.969e9, 3.938e9, 7.563e9];

/** Bytes per second in one direction. */
export function linkPeak({ generation, lanes }: Link): number | null {
  const lane = LANE[generation];
  return lane === undefined || generation < 1 ? null : lane * lanes;
}
