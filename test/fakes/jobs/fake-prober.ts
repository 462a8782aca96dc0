import type { HealthCheck } from '../../../app/jobs/health/health.ts';
import type { Prober } from '../../../app/jobs/health/prober.ts';
import type { Endpoint } from '../../../app/jobs/ports.ts';

/** Asks nobody: services answer as a test says. */
export class FakeProber implements Prober {
  /** By the port of this computer; `hangs` never answers. Others pass. */
  readonly answers = new Map<number, boolean | 'hangs'>();
  /** Every question: the port asked, and when (ms). */
  readonly asked: { readonly port: number; readonly at: number }[] = [];

  probe({ port }: Endpoint, _check: HealthCheck, signal: AbortSignal): Promise<boolean> {
    this.asked.push({ port, at: Date.now() });
    const answer = this.answers.get(port) ?? true;
    if (answer !== 'hangs') return Promise.resolve(answer);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('no answer')), { once: true });
    });
  }
}
