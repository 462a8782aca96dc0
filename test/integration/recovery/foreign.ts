import { expect } from 'vitest';
import { IMAGE, newId, raw } from '../containers/engine-kit.ts';

/**
 * Things in the engine that are not Offpeak's or of another Offpeak, and look like ours: by their
 * names, by some of their labels, by what they use.
 */
export class Foreign {
  /** Path of each thing, and a piece of text that it has while it is as it was. */
  readonly #things = new Map<string, string>();

  private constructor() {}

  /** `besides` is the host that must leave all of it alone. */
  static async put({ besides }: { readonly besides: string }): Promise<Foreign> {
    const foreign = new Foreign();
    const other = { 'io.offpeak.host': newId('other'), 'io.offpeak.run': 'run' };
    const looks: Record<string, string>[] = [
      {},
      other,
      // Everything but whose it is.
      { 'io.offpeak.run': 'run', 'io.offpeak.pod': 'open.run', 'io.offpeak.writer': 'yes' },
      { 'io.offpeak.host': `${besides}-2`, 'io.offpeak.cache': 'key', 'io.offpeak.writer': 'yes' },
    ];
    for (const labels of looks) await foreign.#putSet(labels);
    return foreign;
  }

  /** Another name of the owner's for an image. */
  async nameImage(image: string): Promise<void> {
    const repo = newId('offpeak-test/own').toLowerCase();
    await raw('POST', `/images/${image}/tag?repo=${repo}&tag=1`);
    this.#things.set(`/images/${repo}:1`, repo);
  }

  async expectAlive(): Promise<void> {
    for (const [path, text] of this.#things) {
      const { status, text: found } = await raw('GET', pathOfDetail(path));
      expect({ path, status, isAsItWas: found.includes(text) }).toEqual({
        path,
        status: 200,
        isAsItWas: true,
      });
    }
  }

  async remove(): Promise<void> {
    for (const path of [...this.#things.keys()].reverse()) {
      await raw('DELETE', `${path}${path.startsWith('/networks') ? '' : '?force=1'}`);
    }
  }

  /** A volume, a network, a container that runs with both, and one that never ran. */
  async #putSet(Labels: Readonly<Record<string, string>>): Promise<void> {
    const volume = newId('offpeak-cache-');
    const network = newId('offpeak-net-');
    await raw('POST', '/volumes/create', { Name: volume, Labels });
    await raw('POST', '/networks/create', { Name: network, Labels });
    this.#things.set(`/volumes/${volume}`, volume);
    this.#things.set(`/networks/${network}`, network);
    const Mounts = [{ Type: 'volume', Source: volume, Target: '/volume' }];
    const HostConfig = { NetworkMode: network, Mounts };
    for (const [name, isStarted] of [
      [newId('offpeak-run'), true],
      [newId('offpeak-writer-'), false],
    ] as const) {
      const body = { Image: IMAGE, Cmd: ['sleep', '600'], Env: ['PATH=/bin'], Labels, HostConfig };
      await raw('POST', `/containers/create?name=${name}`, body);
      if (isStarted) await raw('POST', `/containers/${name}/start`);
      this.#things.set(`/containers/${name}`, `"Status":"${isStarted ? 'running' : 'created'}"`);
    }
  }
}

function pathOfDetail(path: string): string {
  return path.startsWith('/containers') || path.startsWith('/images') ? `${path}/json` : path;
}
