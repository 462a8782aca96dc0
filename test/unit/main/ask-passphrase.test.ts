import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askPassphrase } from '../../../main/commands/ask-passphrase.ts';

/** A terminal somebody sits at, and all that it shows. */
function terminal(isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (piece: Buffer) => (shown += piece.toString()));
  /** Types as a person does: only once a question stands there. */
  const type = async (question: RegExp, keys: string) => {
    while (!question.test(shown)) await new Promise((resolve) => setImmediate(resolve));
    input.write(keys);
  };
  return { input, output, type, shown: () => shown };
}

describe('asking for a passphrase', () => {
  it('shows nothing of what is typed', async () => {
    const person = terminal();
    const answer = askPassphrase({}, { twice: false, terminal: person });
    await person.type(/Passphrase/, 'a secret sentencf\u007fe\r');
    expect(await answer).toBe('a secret sentence');
    expect(person.shown()).toBe('Passphrase: \n');
  });

  it('asks twice for a new one, and takes it when both are the same', async () => {
    const person = terminal();
    const answer = askPassphrase({}, { twice: true, terminal: person });
    await person.type(/new/, 'a secret sentence\r');
    await person.type(/again/, 'a secret sentence\r');
    expect(await answer).toBe('a secret sentence');
  });

  it('takes neither of two that differ', async () => {
    const person = terminal();
    const answer = askPassphrase({}, { twice: true, terminal: person });
    const refused = expect(answer).rejects.toMatchObject({ code: 'wallet.passphrases-differ' });
    await person.type(/new/, 'a secret sentence\r');
    await person.type(/again/, 'a secret sentense\r');
    await refused;
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('gives up on %s', async (_name, keys) => {
    const person = terminal();
    const answer = askPassphrase({}, { twice: false, terminal: person });
    const refused = expect(answer).rejects.toMatchObject({ code: 'wallet.no-passphrase' });
    await person.type(/Passphrase/, keys);
    await refused;
  });

  it('asks nobody where nobody sits, and says how to give it', async () => {
    const answer = askPassphrase({}, { twice: false, terminal: terminal(false) });
    await expect(answer).rejects.toMatchObject({
      code: 'wallet.no-passphrase',
      remedy: expect.stringContaining('OFFPEAK_PASSPHRASE_FILE') as string,
    });
  });

  it('asks nobody where the environment gives it', async () => {
    const env = { OFFPEAK_PASSPHRASE: 'a secret sentence' };
    expect(await askPassphrase(env, { twice: true, terminal: terminal() })).toBe(
      'a secret sentence',
    );
  });
});
