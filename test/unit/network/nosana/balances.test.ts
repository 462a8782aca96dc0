import { describe, expect, it } from 'vitest';
import { TOKEN_PROGRAM } from '../../../../app/adapters/solana/token.ts';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import { BalanceBook } from '../../../../app/network/nosana/balances.ts';
import { NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { encodeTokenAccount } from '../../../fakes/chain/layouts.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';

const me = createGenerator(31).address();
const { nosMint } = NOSANA_PROGRAMS;

/** A wallet whose SOL and NOS a test sets; counts how often it is read. */
function aBook(maxAgeMs = 1e9) {
  const state = { lamports: 5n, nos: 3n as bigint | null, reads: 0, changes: 0 };
  const accounts = (): (ChainAccount | null)[] => [
    { address: me, owner: me, lamports: state.lamports, data: new Uint8Array() },
    state.nos === null ? null : nosAccount(state.nos),
  ];
  const book = new BalanceBook({
    rpc: {
      getAccounts: () => {
        state.reads++;
        return Promise.resolve(accounts());
      },
    },
    host: me,
    nosMint,
    maxAgeMs,
    onChange: () => state.changes++,
  });
  return { state, book, accounts };
}

function nosAccount(amount: bigint): ChainAccount {
  const data = encodeTokenAccount({ mint: nosMint, owner: me, amount });
  return { address: 'A', owner: TOKEN_PROGRAM, lamports: 1n, data };
}

describe('what a host owns', () => {
  it('is read once, however often it is asked for', async () => {
    const { state, book } = aBook();
    const [first, second] = await Promise.all([book.read(), book.read()]);
    expect([first, second, await book.read()]).toEqual(
      Array.from({ length: 3 }, () => ({ lamports: 5n, nos: 3n })),
    );
    expect(state.reads).toBe(1);
  });

  it('is no NOS at all where there is no account for it', async () => {
    const { state, book } = aBook();
    state.nos = null;
    expect(await book.read()).toEqual({ lamports: 5n, nos: null });
  });

  it('is read anew after a transaction, and that is told', async () => {
    const { state, book } = aBook();
    await book.read();
    state.lamports = 4n;
    book.expire();
    expect(state.changes).toBe(1);
    expect(await book.read()).toMatchObject({ lamports: 4n });
  });

  it('is read anew when it is old', async () => {
    const { state, book } = aBook(0);
    await book.read();
    await book.read();
    expect(state.reads).toBe(2);
  });

  it('is taken from whoever read it anyway; told only where it is another', async () => {
    const { state, book, accounts } = aBook();
    book.begin()(accounts());
    book.begin()(accounts());
    expect(state.changes).toBe(1);
    expect(await book.read()).toEqual({ lamports: 5n, nos: 3n });
    expect(state.reads).toBe(0);
  });

  it('a reading from before a transaction is not kept', async () => {
    const { state, book, accounts } = aBook();
    const take = book.begin();
    const old = accounts();
    state.lamports = 4n;
    book.expire();
    take(old);
    expect(await book.read()).toMatchObject({ lamports: 4n });
  });
});
