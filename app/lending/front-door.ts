import type { Tunnels } from '../containers/tunnels.ts';
import { toErrorReport } from '../contract/errors.ts';
import type { Log } from '../contract/log.ts';
import type { OwnerApi } from '../owner-api/owner-api.ts';

interface FrontDoorParts {
  readonly ownerApi: OwnerApi;
  /** Address of the identity. */
  readonly address: string;
  readonly tunnels: Pick<Tunnels, 'keepDoor' | 'endDoor'>;
  readonly log: Log;
}

/** The door for owners of jobs, and the tunnel by which the network publishes it. */
export class FrontDoor {
  readonly #parts: FrontDoorParts;
  readonly #closing = new AbortController();
  #port: Promise<number | null> | null = null;
  #publishing: Promise<void> | null = null;

  constructor(parts: FrontDoorParts) {
    this.#parts = parts;
  }

  /** Opens it on this computer. */
  open(): void {
    const { ownerApi, log } = this.#parts;
    this.#port ??= ownerApi.start().catch((error: unknown) => {
      log('error', 'the door for owners of jobs stays shut', { text: String(error) });
      return null;
    });
  }

  /** Publishes it where the network has a tunnel; call it whenever the network came up. */
  publish(): void {
    this.open();
    this.#publishing ??= this.#publish().finally(() => {
      this.#publishing = null;
    });
  }

  async close(): Promise<void> {
    const { ownerApi, tunnels, address, log } = this.#parts;
    this.#closing.abort();
    const wasPublished = this.#publishing !== null;
    await this.#publishing;
    await ownerApi.stop();
    if (!wasPublished) return;
    // What is left of it goes with the next sweep.
    await tunnels.endDoor(address).catch((error: unknown) => {
      log('warn', 'a tunnel stays', { code: toErrorReport(error).code });
    });
  }

  async #publish(): Promise<void> {
    const { tunnels, address, log } = this.#parts;
    const port = await this.#port;
    if (port === null) return;
    const report: Parameters<Tunnels['keepDoor']>[2] = (state, trouble) => {
      if (trouble === null) return;
      log('warn', 'owners cannot reach the door', { state, code: trouble.problem.code });
    };
    await tunnels.keepDoor(address, { host: '127.0.0.1', port }, report, this.#closing.signal);
  }
}
