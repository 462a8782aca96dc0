import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { OffpeakError } from '../../app/contract/errors.ts';
import { givenPassphrase } from '../../app/wallet/given-passphrase.ts';

/** Where a person is asked, and whether one is there. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * The passphrase of the keys: as the environment gives it, else asked for without echo. `twice`
 * for a new one. Throws `wallet.no-passphrase`, `wallet.passphrases-differ`,
 * `wallet.passphrase-file-…`.
 */
export async function askPassphrase(
  env: NodeJS.ProcessEnv,
  { twice, terminal = ours }: { twice: boolean; terminal?: Terminal },
): Promise<string> {
  const given = givenPassphrase(env);
  if (given !== null) return given;
  if (terminal.input.isTTY !== true) throw new OffpeakError('wallet.no-passphrase');
  const first = await ask(twice ? 'A new passphrase: ' : 'Passphrase: ', terminal);
  if (twice && (await ask('The same again: ', terminal)) !== first) {
    throw new OffpeakError('wallet.passphrases-differ');
  }
  return first;
}

const ours: Terminal = { input: process.stdin, output: process.stderr };

async function ask(question: string, { input, output }: Terminal): Promise<string> {
  output.write(question);
  // The terminal's own echo is off (raw mode), and what readline would print goes nowhere.
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const stopped = new AbortController();
  lines.once('SIGINT', () => stopped.abort());
  lines.once('close', () => stopped.abort());
  try {
    return await lines.question('', { signal: stopped.signal });
  } catch (cause) {
    throw new OffpeakError('wallet.no-passphrase', { message: 'No passphrase was typed.', cause });
  } finally {
    lines.close();
    output.write('\n');
  }
}
