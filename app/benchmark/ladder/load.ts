import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults, MetricName } from '../../contract/benchmark.ts';
import type { ComputeDevice, Workload } from '../compute.ts';
import { bothFaults } from '../faults.ts';
import { calibrate, keepBusy } from '../measure.ts';

/** The kinds of work that draw most, in this order: what the card can do of them is done. */
const COMPUTING: readonly MetricName[] = ['fp16-fp32', 'fp32'];
const SECOND_MS = 1000;

export interface LoadRun {
  readonly seconds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** After each second: bytes or operations per second of wall time. */
  readonly onSecond: (name: MetricName, perSecond: number) => void;
  /** How long a second is, in milliseconds; shorter where a test is in a hurry. */
  readonly secondMs?: number;
}

/**
 * Computes on one device and copies on another, which may be the same card, at once: neither alone draws
 * as much as real work does. Each second's results are checked; the first wrong one ends it. Throws what
 * `measure` throws.
 */
export async function sustainedLoad(
  devices: { readonly computing: ComputeDevice; readonly copying: ComputeDevice },
  run: LoadRun,
): Promise<Faults> {
  const computing = firstAble(devices.computing, run.seed);
  const copying = devices.copying.prepare('memory-copy', run.seed);
  const ended = new AbortController();
  const signal = AbortSignal.any([run.signal, ended.signal]);
  try {
    const { rounds } = await calibrate(computing, run.signal);
    let faults = computing.check();
    let left = run.seconds;
    const isOver = (): boolean => faults.count > 0 || left <= 0;
    const seconds = async (lane: Workload, each: number, tell: (rate: number) => void) => {
      while (!isOver()) {
        tell(await oneSecond(lane, { rounds: each, signal, ms: run.secondMs ?? SECOND_MS }));
        faults = bothFaults(faults, lane.check());
      }
    };
    const copies = async (lane: Workload): Promise<void> => {
      const { rounds: each } = await calibrate(lane, signal);
      faults = bothFaults(faults, lane.check());
      await seconds(lane, each, () => undefined);
    };
    const lanes = [
      seconds(computing, rounds, (rate) => {
        left -= 1;
        run.onSecond(computing.metric, rate);
      }),
      ...('unable' in copying ? [] : [copies(copying)]),
    ];
    await Promise.all(lanes).catch(async (error: unknown) => {
      // The other lane must have ended before its memory goes.
      ended.abort();
      await Promise.allSettled(lanes);
      throw error;
    });
    return faults;
  } finally {
    computing.release();
    if (!('unable' in copying)) copying.release();
  }
}

async function oneSecond(
  lane: Workload,
  { rounds, signal, ms }: { rounds: number; signal: AbortSignal; ms: number },
): Promise<number> {
  const start = performance.now();
  const isOver = (): boolean => performance.now() - start >= ms;
  const { launches } = await keepBusy(lane, { rounds, isOver, signal });
  const taken = performance.now() - start;
  // The lane that is never behind would leave no turn to the other.
  await sleep(0);
  return (launches * rounds * lane.perRound * SECOND_MS) / taken;
}

function firstAble(device: ComputeDevice, seed: number): Workload {
  const reasons: string[] = [];
  for (const name of COMPUTING) {
    const workload = device.prepare(name, seed);
    if (!('unable' in workload)) return workload;
    reasons.push(workload.unable);
  }
  throw new Error(`this card can do no work: ${reasons.join(', ')}`);
}
