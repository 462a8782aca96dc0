import { OffpeakError } from '../../../app/contract/errors.ts';
import type { JobTunnels, TunnelReport, TunnelSpec } from '../../../app/jobs/tunnel-port.ts';

/** Publishes nothing; tells what a test says, and remembers what was asked of it. */
export class FakeTunnels implements JobTunnels {
  readonly domain = 'node.example';
  /** Every tunnel that was kept, in order; a host that comes back keeps it once more. */
  readonly kept: TunnelSpec[] = [];
  /** `<run> <index>` of those that were taken away. */
  readonly ended: string[] = [];
  #report: TunnelReport = () => undefined;

  urlOf(name: string): string {
    return `https://${name}.${this.domain}`;
  }

  async keep(spec: TunnelSpec, report: TunnelReport, signal: AbortSignal): Promise<void> {
    this.kept.push(spec);
    this.#report = report;
    report('starting', null);
    report('up', null);
    if (signal.aborted) return;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  end(run: string, index: number): Promise<void> {
    this.ended.push(`${run} ${index}`);
    return Promise.resolve();
  }

  /** The tunnel that was kept last is down. */
  fail(): void {
    const problem = new OffpeakError('containers.tunnel-ended').toReport();
    this.#report('down', { problem, nextAttemptAt: Date.now() + 1000 });
    this.#report('starting', null);
  }

  /** It is up again. */
  mend(): void {
    this.#report('up', null);
  }
}
