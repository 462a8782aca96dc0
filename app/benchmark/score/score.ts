import type { DeviceFacts, Metric, MetricName, Observed, Score } from '../../contract/benchmark.ts';
import { chipPeak, type Link, linkPeak } from './peaks.ts';

/** What is known of the card beside its own facts; null where it is not. */
export interface Conditions {
  /** The link that the card and its slot can have at most. */
  readonly mostLink: Link | null;
  /** What its maker set. */
  readonly powerDefaultWatts: number | null;
}

/**
 * The share of the chip's peak that a healthy card delivers by our kernels. Memory: 0.92 to 0.95 of
 * reading and 0.80 to 0.86 of copying on RTX 20 to 50 (clpeak, mixbench, memtest_vulkan, and
 * nvbandwidth-like probes, all published); an H200 here gave 0.93 and 0.84. Arithmetic: an RTX 5060
 * exceeds its advertised clock by a tenth; an H200 here gave 0.98.
 */
function healthyShare(metric: MetricName, { computeCapability }: DeviceFacts): number {
  if (metric === 'memory-read') return 0.93;
  if (metric === 'memory-copy') return 0.83;
  if (metric.startsWith('pcie-')) return 0.87;
  if (metric === 'fp32') return 0.98;
  // `mma.sync` does not reach all of Hopper's tensor cores; measured on an H200 at its highest clock.
  return computeCapability?.[0] === 9 ? 0.605 : 0.97;
}

/**
 * A metric beside what a healthy card of this kind delivers, and beside what it would at the clocks that
 * were observed; nulls where that is not known. Pure.
 */
export function scoreOf(
  metric: Metric,
  facts: DeviceFacts,
  { mostLink, observed }: Pick<Conditions, 'mostLink'> & { readonly observed: Observed | null },
): Score {
  const size = metric.unit === 'GB/s' ? 1e9 : 1e12;
  const isMeasured = metric.samples.length > 0 && metric.faults.count === 0;
  const beside = (peak: number | null): { reference: number | null; ratio: number | null } => {
    if (peak === null) return { reference: null, ratio: null };
    const reference = (peak * healthyShare(metric.name, facts)) / size;
    return { reference, ratio: isMeasured ? metric.median / reference : null };
  };
  const asTold = observed && peakOf(metric.name, factsAt(facts, observed), linkOf(observed));
  return { ...beside(peakOf(metric.name, facts, mostLink)), efficiency: beside(asTold).ratio };
}

function factsAt(facts: DeviceFacts, { coreClockMhz, memoryClockMhz }: Observed): DeviceFacts {
  return { ...facts, clockMhz: coreClockMhz, memoryClockMhz };
}

function linkOf({ pcieGen, pcieWidth }: Observed): Link | null {
  return pcieGen === null || pcieWidth === null ? null : { generation: pcieGen, lanes: pcieWidth };
}

function peakOf(name: MetricName, facts: DeviceFacts, link: Link | null): number | null {
  // A sweep of the memory test is half writing, half comparing: no figure of a card.
  if (name === 'memory-test' || facts.kind === 'cpu') return null;
  if (name.startsWith('pcie-')) return link && linkPeak(link);
  return chipPeak(name, facts);
}
