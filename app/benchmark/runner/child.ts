/*
 * A process of its own for a run of the benchmark: the driver's library for computing is never loaded into
 * the one that asks, and a call into it that hangs can be ended. It measures one plan and tells how it
 * goes (messages.ts).
 */
import { toErrorReport, OffpeakError } from '../../contract/errors.ts';
import { endWithParent } from '../../platform/process-tree.ts';
import { DeviceFault } from '../compute.ts';
import { openDevice } from '../open-device.ts';
import { quickBenchmark } from '../quick.ts';
import { Order, type Plan, type Word } from './messages.ts';

const ALIVE_MS = 500;

const stopped = new AbortController();

endWithParent();
process.on('message', (message) => {
  const order = Order.parse(message);
  if (order.kind === 'stop') stopped.abort();
  else void measure(order.plan);
});

async function measure({ backend: wished, card, metrics }: Plan): Promise<void> {
  const alive = setInterval(() => tell({ kind: 'alive' }), ALIVE_MS);
  try {
    const { backend, device } = openDevice({ backend: wished, card });
    tell({ kind: 'opened', backend, card: device.facts });
    const { left } = await quickBenchmark(device, {
      metrics,
      signal: stopped.signal,
      onMetric: (metric) => tell({ kind: 'metric', metric }),
    });
    device.close();
    tell({ kind: 'done', left });
  } catch (error) {
    tell({ kind: 'failed', error: toErrorReport(deviceFault(error)) });
  } finally {
    clearInterval(alive);
  }
}

function deviceFault(error: unknown): unknown {
  if (!(error instanceof DeviceFault)) return error;
  const message = `The card stopped working in the middle of the benchmark: ${error.message}.`;
  return new OffpeakError('benchmark.device-fault', { message });
}

function tell(word: Word): void {
  process.send?.(word);
}
