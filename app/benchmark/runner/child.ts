/*
 * A process of its own for a run of the benchmark: the driver's library for computing is never loaded into
 * the one that asks, and a call into it that hangs can be ended. It opens one card, does steps, and tells
 * how it goes (messages.ts).
 */
import { toErrorReport, OffpeakError } from '../../contract/errors.ts';
import { endWithParent } from '../../platform/process-tree.ts';
import { type ComputeDevice, DeviceFault } from '../compute.ts';
import { runSteps } from '../ladder/run-steps.ts';
import type { Step } from '../ladder/steps.ts';
import { openDevice } from '../open-device.ts';
import { Order, type Wish, type Word } from './messages.ts';

const ALIVE_MS = 500;

const stopped = new AbortController();
let opened: ReturnType<typeof openDevice> | null = null;

endWithParent();
setInterval(() => tell({ kind: 'alive' }), ALIVE_MS);
process.on('message', (message) => {
  const order = Order.parse(message);
  switch (order.kind) {
    case 'open':
      open(order.wish);
      return;
    case 'do':
      void doSteps(order.steps);
      return;
    case 'stop':
      stopped.abort();
      return;
  }
});

function open(wish: Wish): void {
  try {
    opened = openDevice(wish);
    const { backend, device } = opened;
    tell({ kind: 'opened', pid: process.pid, backend, card: device.facts });
  } catch (error) {
    fail(error);
  }
}

async function doSteps(steps: readonly Step[]): Promise<void> {
  if (opened === null) return;
  const { backend, device } = opened;
  const beside = (): ComputeDevice =>
    openDevice({ backend, card: device.facts.uuid, leavesRoom: true }).device;
  try {
    await runSteps(device, { steps, signal: stopped.signal, onWord: tell, beside });
    device.close();
    tell({ kind: 'done' });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  tell({ kind: 'failed', error: toErrorReport(deviceFault(error)) });
}

function deviceFault(error: unknown): unknown {
  if (!(error instanceof DeviceFault)) return error;
  const message = `The card stopped working in the middle of the benchmark: ${error.message}.`;
  return new OffpeakError('benchmark.device-fault', { message });
}

function tell(word: Word): void {
  process.send?.(word);
}
