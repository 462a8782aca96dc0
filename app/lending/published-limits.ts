import { z } from 'zod';
import type { Limits } from '../readiness/limits.ts';

/**
 * What a rule of the network asks for, where it is a plain comparison. The network writes its rules
 * in JsonLogic about the metrics that its benchmarks measure (nosana-host-protocol.md, 3.2); one that
 * compares in another way is the network's to apply, and is left out here.
 */
const Comparison = z.union([
  z.object({ '>=': z.tuple([z.object({ var: z.string() }), z.number()]) }),
  z.object({ '>': z.tuple([z.object({ var: z.string() }), z.number()]) }),
  z.object({ '<=': z.tuple([z.object({ var: z.string() }), z.number()]) }),
  z.object({ '<': z.tuple([z.object({ var: z.string() }), z.number()]) }),
]);
const Conjunction = z.object({ and: z.array(z.unknown()).max(100) });

const MB = 1_000_000;

interface Metric {
  readonly name: 'memoryBytes' | 'diskTotalBytes' | keyof SpeedLimits;
  /** How many of our units one of the network's is. */
  readonly factor: number;
  readonly side: 'least' | 'most';
}
type SpeedLimits = Pick<Limits, 'downloadBitsPerSecond' | 'uploadBitsPerSecond' | 'latencyMs'>;

/** The network's metrics that this computer can be compared with beforehand. */
const METRICS: Readonly<Record<string, Metric>> = {
  ram_mb: { name: 'memoryBytes', factor: MB, side: 'least' },
  disk_space_gb: { name: 'diskTotalBytes', factor: 1000 * MB, side: 'least' },
  download_speed_mb: { name: 'downloadBitsPerSecond', factor: MB, side: 'least' },
  upload_speed_mb: { name: 'uploadBitsPerSecond', factor: MB, side: 'least' },
  ping_ms: { name: 'latencyMs', factor: 1, side: 'most' },
};

/** The limits that these rules set; of several about one thing, the strictest. Pure. */
export function limitsOf(rules: readonly unknown[]): Partial<Limits> {
  const limits: Partial<Record<Metric['name'], number>> = {};
  for (const { metric, value } of rules.flatMap(comparisonsIn)) {
    const { name, factor, side } = metric;
    const before = limits[name];
    const now = value * factor;
    const stricter = side === 'least' ? Math.max : Math.min;
    limits[name] = before === undefined ? now : stricter(before, now);
  }
  return limits;
}

function comparisonsIn(rule: unknown): { metric: Metric; value: number }[] {
  const all = Conjunction.safeParse(rule);
  if (all.success) return all.data.and.flatMap(comparisonsIn);
  const found = Comparison.safeParse(rule);
  if (!found.success) return [];
  return Object.entries(found.data).flatMap(([operator, [{ var: key }, value]]) => {
    const metric = Object.hasOwn(METRICS, key) ? METRICS[key] : undefined;
    const side = operator.startsWith('>') ? 'least' : 'most';
    return metric?.side === side ? [{ metric, value }] : [];
  });
}
