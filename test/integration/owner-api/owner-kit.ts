import { createNosanaAuthorization } from '@nosana/kit';
import { Keypair } from '@solana/web3.js';
import { keypairSigner, throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import type { Offer } from '../../../app/jobs/ports.ts';
import { verifyAuthorization } from '../../../app/network/nosana/authorization.ts';
import { OwnerApi } from '../../../app/owner-api/owner-api.ts';
import type { ContainersRoom } from '../../../app/containers/room.ts';
import { NODE_INFO, type Doorway } from '../../fakes/owner-api/doorstep.ts';
import { JobsOnEngine } from '../jobs/jobs-kit.ts';

/**
 * A host on a real engine with its door, and the owner of its job, who signs with the client that
 * Nosana publishes. Only the network is a fake.
 */
export class OwnedJob implements Doorway {
  readonly host: JobsOnEngine;
  readonly #pair = Keypair.generate();
  readonly #client = createNosanaAuthorization(this.#pair.secretKey);
  #api: OwnerApi | null = null;
  #offer: Offer | null = null;
  #headers = 0;
  port = 0;

  constructor(engine: ContainersRoom) {
    this.host = new JobsOnEngine(engine);
  }

  get offer(): Offer {
    if (this.#offer === null) throw new Error('No job was taken.');
    return this.#offer;
  }

  get job(): string {
    return this.offer.job;
  }

  async take(definition: object): Promise<void> {
    const poster = keypairSigner(this.#pair.secretKey).address;
    // Of its own: what a test leaves on the engine must not look like the next one's.
    const run = throwawaySigner().address;
    this.#offer = this.host.network.assign(definition, { poster, run });
    this.host.room.take(this.#offer);
    await this.#open();
  }

  /** The host goes away, with its door, and comes back. */
  async comeBack(): Promise<void> {
    await this.#api?.stop();
    await this.host.comeBack(300);
    await this.#open();
  }

  /** Each is another one: a header is good for one change. */
  async header(): Promise<string> {
    const whole = await this.#client.generate(this.job, { includeTime: true, separator: ':' });
    this.#headers += 1;
    const [message = '', signature = '', time = '0'] = whole.split(':');
    return [message, signature, Number(time) - this.#headers].join(':');
  }

  async ask(path: string, method = 'GET'): Promise<{ status: number; value: unknown }> {
    const response = await fetch(`http://127.0.0.1:${this.port}/job/${this.job}${path}`, {
      method,
      headers: { authorization: await this.header() },
    });
    return { status: response.status, value: await response.json() };
  }

  async end(): Promise<void> {
    await this.#api?.stop();
    await this.host.end();
  }

  async #open(): Promise<void> {
    this.#api = new OwnerApi({
      door: this.host.room.door,
      address: 'host',
      nodeInfo: () => NODE_INFO,
      verify: verifyAuthorization,
      log: () => undefined,
    });
    this.port = await this.#api.start();
  }
}
