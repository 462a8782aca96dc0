import { setTimeout as sleep } from 'node:timers/promises';
import { sweepCard, type SweepProgress } from '../../app/benchmark/sweep/sweep-card.ts';
import { OffpeakError } from '../../app/contract/errors.ts';
import type { SweepReport } from '../../app/contract/sweep.ts';
import { openCardReader } from '../../app/gpu/cards.ts';
import { type ConnectedHost, connectToHost } from '../../app/serve/remote-host.ts';
import { ProgressLine } from './benchmark-progress.ts';
import { type CliContext, type CliResult, paths } from './context.ts';
import { cardMeant, openOwnPower } from './own-power.ts';
import { pricesOf, sweepText } from './sweep-text.ts';

const LOOK_MS = 500;
const HOST_ENDED = 'Offpeak ended before all power limits were measured.';

/** `offpeak benchmark --sweep`: what a card does at several power limits, and which one is worth it. */
export async function sweep(context: CliContext): Promise<CliResult> {
  const prices = pricesOf(context.values);
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stopped.abort());
  const line = new ProgressLine(process.stderr);
  const onProgress = ({ capWatts, ...progress }: SweepProgress): void =>
    line.show({ ...progress, now: 'load' }, `${capWatts} W`);
  const host = await connectToHost(paths(context.env).address);
  try {
    const run = { context, signal: stopped.signal, onProgress };
    const report = host === null ? await sweepHere(run) : await sweepThere(host, run);
    return { exitCode: 0, json: { ...report, prices }, text: sweepText(report, prices) };
  } finally {
    line.clear();
    host?.close();
  }
}

interface SweepRun {
  readonly context: CliContext;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SweepProgress) => void;
}

/** No host runs. */
async function sweepHere({ context, signal, onProgress }: SweepRun): Promise<SweepReport> {
  const { env, values } = context;
  const { room, sweeps, close } = await openOwnPower(context);
  try {
    const card = cardMeant(
      room.state.cards.map((one) => one.card),
      values.card,
    );
    const report = await sweepCard(
      { card, backend: null },
      {
        env,
        signal,
        onProgress,
        reader: openCardReader({ env }),
        hold: (id, watts) => room.hold(id, watts),
      },
    );
    sweeps.keep(report);
    return report;
  } finally {
    await close();
  }
}

/** The host that runs does it. */
async function sweepThere(host: ConnectedHost, run: SweepRun): Promise<SweepReport> {
  const { context, signal, onProgress } = run;
  const card = cardMeant(
    host.state.power.cards.map((one) => one.card),
    context.values.card,
  );
  const { revision } = host.state.benchmark;
  await host.call('benchmark.sweep', { card });
  signal.addEventListener(
    'abort',
    () => void host.call('benchmark.stop', {}).catch(() => undefined),
    { once: true },
  );
  while (host.state.benchmark.revision === revision) {
    if (host.closed) throw new OffpeakError('benchmark.not-swept', { message: HOST_ENDED });
    const { running } = host.state.benchmark;
    if (running?.capWatts != null) onProgress({ ...running, capWatts: running.capWatts });
    await sleep(LOOK_MS);
  }
  const { problem } = host.state.benchmark;
  if (signal.aborted) throw new OffpeakError('benchmark.cancelled');
  if (problem !== null) {
    throw new OffpeakError('benchmark.not-swept', {
      message: problem.message,
      remedy: problem.remedy,
    });
  }
  const { sweep: report } = await host.call('benchmark.history', { card });
  if (report === null) throw new OffpeakError('host.bug');
  return report;
}
