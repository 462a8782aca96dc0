import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { MAX_ATTEMPTS, MAX_FRUITLESS_ATTEMPTS } from './limits.ts';
import type { UrlFile } from './manifest.ts';
import { Transfer, type DownloadSetting } from './transfer.ts';

/**
 * The bytes of one file, exactly as many as announced, whatever happens on the way: a connection
 * that drops or stalls is taken up again where it was. The last bytes come only when the checksum
 * is right, so nothing that is read to its end is wrong. Throws `resources.…`.
 */
export async function* download(
  file: UrlFile,
  setting: DownloadSetting,
): AsyncGenerator<Buffer, void, undefined> {
  const transfer = new Transfer(file, setting);
  let held: Buffer | null = null;
  for (let fruitless = 0, attempt = 1; transfer.left > 0; attempt += 1) {
    const before = transfer.left;
    try {
      for await (const chunk of transfer.attempt()) {
        if (held !== null) yield held;
        held = chunk;
      }
    } catch (error) {
      fruitless = transfer.left < before ? 1 : fruitless + 1;
      const isLast = fruitless >= MAX_FRUITLESS_ATTEMPTS || attempt >= MAX_ATTEMPTS;
      if (isLast || !transfer.mayGoOnAfter(error)) throw error;
      await pause(setting.backOffMs(fruitless), undefined, { signal: setting.signal });
    }
  }
  transfer.verify();
  if (held !== null) yield held;
}

/** A generator as a stream that ends it at once when it is destroyed, also while it waits. */
export function streamOf(chunks: AsyncGenerator<Buffer>, stop: AbortController): Readable {
  return new Readable({
    read() {
      chunks.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    destroy(error, done) {
      stop.abort();
      chunks.return(undefined).catch(() => undefined);
      done(error);
    },
  });
}
