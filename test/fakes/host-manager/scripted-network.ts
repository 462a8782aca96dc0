import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { AdmissionState } from '../../../app/contract/admission.ts';
import type { AccessKeys } from '../../../app/network/host-manager/access-key-desk.ts';
import { Admission, type AdmissionParts } from '../../../app/network/host-manager/admission.ts';
import { createAdmissionRecord } from '../../../app/network/host-manager/admission-record.ts';
import { HostManagerClient } from '../../../app/network/host-manager/client.ts';
import { encodeAuthorization } from '../../../app/network/nosana/authorization.ts';
import { Faults } from '../../../app/network/stand-ins/faults.ts';
import { startStandIn, type StandInServer } from '../../../app/network/stand-ins/server.ts';
import { memorySettings } from '../network/memory-settings.ts';
import { QuickClock } from './quick-clock.ts';

/**
 * A network of few rules, in memory: who is registered, which benchmarks are left, who holds the
 * key. A fake: no chain, no containers; but it is asked over HTTP, by the real client.
 */
export class ScriptedNetwork {
  readonly signer = throwawaySigner();
  readonly market = throwawaySigner().address;
  readonly settings = memorySettings();
  readonly clock = new QuickClock();
  readonly faults = new Faults();
  /** Names of the benchmarks that are still asked for. */
  benchmarks: string[] = ['one', 'two'];
  isRegistered = false;
  hasKey = false;
  synced = 0;
  /** In place of the market, once the benchmarks are done. */
  verdict: object | null = null;
  minimumVersion: unknown = '1.0.0';
  /** What the network says of this host, apart from asking for a market. */
  node: object = {};
  maintenance: object = { maintenance: false };
  readonly submitted: string[] = [];
  readonly ran: string[] = [];
  readonly registrations: object[] = [];
  /** What a benchmark does here. */
  run: (signal: AbortSignal) => Promise<object> = () => Promise.resolve({ status: 'success' });
  /** What becomes of the transaction that brings the key. */
  obtain: AccessKeys['obtain'] = () => {
    this.hasKey = true;
    return Promise.resolve('held');
  };
  #server: StandInServer | null = null;

  /** Listens on a free port. */
  async start(): Promise<this> {
    this.#server = await startStandIn({
      name: 'scripted network',
      faults: this.faults,
      routes: {
        'GET /nodes/minimum-required-version': () => ({ json: this.minimumVersion }),
        'GET /nodes/request-market': () => this.#market(),
        'POST /nodes/register': ({ body }) => {
          this.registrations.push(JSON.parse(String(body)) as object);
          this.isRegistered = true;
          return { json: { status: 'registered' } };
        },
        'POST /benchmarks/:id/submit-results': ({ params }) => {
          const id = params['id'] ?? '';
          this.submitted.push(id);
          this.benchmarks = this.benchmarks.filter((name) => name !== id);
          return { json: { status: 'success' } };
        },
        'POST /nodes/sync-node': () => {
          this.synced += 1;
          return {};
        },
        'GET /node-under-maintenance': () => ({ json: this.maintenance }),
        'GET /nodes/:id': () => ({ json: this.node }),
      },
    });
    return this;
  }

  /** A host that knows nothing but its settings, as after a restart. */
  host(parts: Partial<AdmissionParts> = {}): ObservedHost {
    const { signer, clock } = this;
    const authorize = (message: string): Promise<string> =>
      encodeAuthorization(message, signer, null);
    const beats = { started: 0 };
    const admission = new Admission({
      client: new HostManagerClient({
        baseUrl: this.#server?.url ?? '',
        address: signer.address,
        authorize,
        clock,
        deadlineMs: 2_000,
      }),
      heartbeats: { start: () => (beats.started += 1), stop: () => (beats.started = 0) },
      address: signer.address,
      authorize,
      contact: () => ({ email: 'me@example.org', discord: null, twitter: null }),
      version: '1.0.0',
      wantedMarket: () => null,
      record: createAdmissionRecord(this.settings, signer.address),
      runBenchmark: async (definition, signal) => {
        this.ran.push(Buffer.from(definition).toString());
        return this.run(signal);
      },
      accessKeys: { obtain: (...call) => this.obtain(...call) },
      clock,
      ...parts,
    });
    return new ObservedHost(admission, beats);
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  #market(): { status?: number; json: object } {
    if (!this.isRegistered) return { status: 404, json: { message: 'NotFound' } };
    const [next] = this.benchmarks;
    if (next !== undefined) {
      const ops = [{ type: 'container/run', id: 'op', args: { image: 'a/b:1' } }];
      const jobDefinition = { id: next, version: '0.1', type: 'container', ops };
      return { json: { jobDefinition } };
    }
    if (this.verdict !== null) return { json: this.verdict };
    const key = this.hasKey ? {} : { sftTx: 'AQID' };
    return { json: { status: 'ONBOARDED', market: { address: this.market, ...key } } };
  }
}

/** A host, and every state it was seen in. */
export class ObservedHost {
  readonly admission: Admission;
  readonly steps: AdmissionState['step'][] = [];
  readonly beats: { readonly started: number };
  readonly #abort = new AbortController();
  #abortAt: AdmissionState['step'] | null = null;

  constructor(admission: Admission, beats: { readonly started: number }) {
    this.admission = admission;
    this.beats = beats;
    admission.onChange(() => {
      const { step } = admission.state;
      if (this.steps.at(-1) !== step) this.steps.push(step);
      if (step === this.#abortAt) this.#abort.abort();
    });
  }

  /** Ends the attempt as soon as it comes to this step. */
  abortAt(step: AdmissionState['step']): this {
    this.#abortAt = step;
    return this;
  }

  admit(): Promise<AdmissionState> {
    return this.admission.admit(this.#abort.signal);
  }
}

/** The problem of an access key that is not signed for. */
export const refusedKey = new OffpeakError('network.access-key-refused');
