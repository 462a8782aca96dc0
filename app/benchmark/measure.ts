import { setTimeout as sleep } from 'node:timers/promises';
import { OffpeakError } from '../contract/errors.ts';
import type { Faults } from '../contract/benchmark.ts';
import { DeviceFault, type Launch, type Workload } from './compute.ts';

/** How thoroughly one kind of work is measured. */
export interface Effort {
  readonly repetitions: number;
  /** Of device time, each. */
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  /** After each repetition. */
  readonly onSample?: () => void;
}

/** Launches stay short, so that the card serves its screen and an order to stop is obeyed at once. */
const LAUNCH_MS = 25;
const SHORT_ENOUGH_MS = 15;
/** Two, so that the card never waits for us. */
const IN_FLIGHT = 2;
const POLL_MS = 1;
/** More than the fastest card can do in a launch. */
const MOST_ROUNDS = 2 ** 20;
/** Far longer than any launch of ours takes. */
const SILENCE_MS = 10_000;

/**
 * Does the work again and again; returns bytes or operations per second of device time, one for each
 * repetition, and what was wrong. The first wrong result ends it. Throws DeviceFault, and
 * `benchmark.cancelled` within two launches of the signal.
 */
export async function measure(
  workload: Workload,
  effort: Effort,
): Promise<{ samples: number[]; faults: Faults }> {
  const { rounds, milliseconds } = await calibrate(workload, effort.signal);
  let faults = workload.check();
  const launches = Math.max(IN_FLIGHT, Math.round(effort.milliseconds / milliseconds));
  const samples: number[] = [];
  while (faults.count === 0 && samples.length < effort.repetitions) {
    const many = { rounds, isOver: after(launches), signal: effort.signal };
    const { milliseconds: taken } = await keepBusy(workload, many);
    samples.push((launches * rounds * workload.perRound * 1000) / taken);
    faults = workload.check();
    effort.onSample?.();
  }
  return { samples, faults };
}

/** Finds how many rounds make a launch of a good length. Throws as `measure`. */
export async function calibrate(
  workload: Workload,
  signal: AbortSignal,
): Promise<{ rounds: number; milliseconds: number }> {
  for (let rounds = 1; ;) {
    const { milliseconds } = await keepBusy(workload, { rounds, isOver: after(1), signal });
    if (milliseconds >= SHORT_ENOUGH_MS) return { rounds, milliseconds };
    if (rounds >= MOST_ROUNDS) throw new DeviceFault('work ends before it can have been done');
    // The first launches of a card that slept are slow: no step is larger than eightfold.
    const step = Math.min(8, LAUNCH_MS / Math.max(milliseconds, 0.01));
    rounds = Math.max(rounds + 1, Math.floor(rounds * step));
  }
}

interface Busy {
  readonly rounds: number;
  /** Asked before each launch: whether there is enough in flight or done. */
  readonly isOver: () => boolean;
  readonly signal: AbortSignal;
}

/** Launches until it is over; returns how many there were and their device time. Throws as `measure`. */
export async function keepBusy(
  workload: Workload,
  { rounds, isOver, signal }: Busy,
): Promise<{ launches: number; milliseconds: number }> {
  const flight: Launch[] = [];
  let [launches, milliseconds] = [0, 0];
  for (;;) {
    while (flight.length < IN_FLIGHT && !isOver()) {
      flight.push(workload.launch(rounds));
      launches += 1;
    }
    const launch = flight.shift();
    if (launch === undefined) return { launches, milliseconds };
    milliseconds += await endOf(launch, signal);
  }
}

/** Over after so many questions. */
function after(count: number): () => boolean {
  let asked = 0;
  return () => asked++ >= count;
}

async function endOf(launch: Launch, signal: AbortSignal): Promise<number> {
  const since = Date.now();
  while (!launch.isDone()) {
    if (signal.aborted) throw new OffpeakError('benchmark.cancelled');
    if (Date.now() - since > SILENCE_MS) throw new DeviceFault('a launch has not ended in 10 s');
    await sleep(POLL_MS);
  }
  if (signal.aborted) throw new OffpeakError('benchmark.cancelled');
  const taken = launch.milliseconds();
  launch.release();
  return taken;
}
