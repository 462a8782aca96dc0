import { OutsideFault } from '../adapters/outside/faults.ts';
import type { OutsideAnswer } from '../adapters/outside/request.ts';
import { OffpeakError } from '../contract/errors.ts';
import { verifierFor } from './checksum.ts';
import { NO_VERSION, shown, type Authorize, type UrlFile } from './manifest.ts';
import { isEncrypted, versionOf } from './probe.ts';
import { errorOfFault, errorOfStatus } from './problems.ts';
import { canResume, ifRange, kindOfAnswer, mergedVersion } from './versions.ts';
import type { Web } from './web.ts';

export interface DownloadSetting {
  readonly web: Web;
  readonly authorize: Authorize;
  /** Called with the bytes that are here so far. */
  readonly onBytes: (received: number) => void;
  /** Pause before the next attempt, in ms, after so many without a byte. */
  readonly backOffMs: (failures: number) => number;
  readonly signal: AbortSignal;
}

/** The state of one file on its way. */
export class Transfer {
  readonly #file: UrlFile;
  readonly #setting: DownloadSetting;
  readonly #what: string;
  readonly #verifier: ReturnType<typeof verifierFor> | null;
  #version = NO_VERSION;
  #received = 0;
  #isOpaque = false;

  constructor(file: UrlFile, setting: DownloadSetting) {
    this.#file = file;
    this.#setting = setting;
    this.#what = `the file ${shown(file.path)}`;
    this.#version = file.version;
    const { checksum, size } = file;
    this.#verifier = checksum === null ? null : verifierFor(checksum, size);
  }

  get left(): number {
    return this.#file.size - this.#received;
  }

  /** One request; what it brings beyond what is here. Ends only with the end of the file. */
  async *attempt(): AsyncGenerator<Buffer, void, undefined> {
    const answer = await this.#ask();
    try {
      let skip = this.#expect(answer);
      for await (const chunk of answer.body) {
        if (!Buffer.isBuffer(chunk)) continue;
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        if (fresh.length > this.left) throw this.#changed();
        if (fresh.length === 0) continue;
        this.#received += fresh.length;
        this.#verifier?.add(fresh);
        this.#setting.onBytes(this.#received);
        yield fresh;
      }
    } catch (error) {
      throw error instanceof OutsideFault ? errorOfFault(error) : error;
    } finally {
      answer.body.destroy();
    }
    if (this.left > 0) throw new OffpeakError('resources.unreachable');
  }

  /** The same again may bring the rest: the trouble passes, and a change would be noticed. */
  mayGoOnAfter(error: unknown): boolean {
    if (!(error instanceof OffpeakError) || this.#setting.signal.aborted) return false;
    const isPassing = ['resources.unreachable', 'resources.stalled'].includes(error.code);
    return isPassing && (this.#received === 0 || canResume(this.#file, this.#version));
  }

  verify(): void {
    const { checksum } = this.#file;
    // The MD5 of a list is none where the store keeps the object with a key of KMS.
    const isUnknown = checksum?.kind === 'md5' && this.#isOpaque;
    if (this.#verifier === null || isUnknown || this.#verifier.matches()) return;
    const message = `${this.#what.replace('the', 'The')} is not the one that was announced.`;
    throw new OffpeakError('resources.checksum-mismatch', { message });
  }

  async #ask(): Promise<OutsideAnswer> {
    const { web, authorize, signal } = this.#setting;
    const { url } = this.#file.source;
    const validator = ifRange(this.#version);
    const range = this.#received === 0 ? {} : { range: `bytes=${this.#received}-` };
    const condition = this.#received === 0 || validator === null ? {} : { 'if-range': validator };
    const headers = { ...(await authorize(url)), ...range, ...condition };
    return web.open({ url, headers, signal });
  }

  /** How many bytes of the answer are here already. Throws when it is not what was asked for. */
  #expect(answer: OutsideAnswer): number {
    const kind = kindOfAnswer(answer, this.#file, this.#received, this.#version);
    if (kind === 'refused') {
      throw errorOfStatus(answer.status, this.#file.source.url, this.#what);
    }
    if (kind === 'changed') throw this.#changed();
    this.#version = mergedVersion(this.#version, versionOf(answer));
    this.#isOpaque ||= isEncrypted(answer);
    return kind === 'whole' ? this.#received : 0;
  }

  #changed(): OffpeakError {
    const message = `${this.#what.replace('the', 'The')} was replaced on its server while it was downloaded.`;
    return new OffpeakError('resources.changed', { message });
  }
}
