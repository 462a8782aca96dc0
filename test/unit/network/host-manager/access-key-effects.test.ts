import { describe, expect, it } from 'vitest';
import { SYSTEM_PROGRAM } from '../../../../app/adapters/solana/addresses.ts';
import { throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import { TOKEN_PROGRAM, tokenAddress } from '../../../../app/adapters/solana/token.ts';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import type { KeyFacts } from '../../../../app/network/host-manager/access-key-rules.ts';
import { judgeEffects } from '../../../../app/network/host-manager/access-key-transaction.ts';
import { metadataAddress, NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { encodeMetadata, encodeTokenAccount } from '../../../fakes/chain/layouts.ts';

const host = throwawaySigner().address;
const mint = throwawaySigner().address;
const collection = throwawaySigner().address;
const other = throwawaySigner().address;
const nosAccount = tokenAddress(host, NOSANA_PROGRAMS.nosMint);
const keyAccount = tokenAddress(host, mint);
const savings = throwawaySigner().address;
const METADATA = 'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s';

const facts: KeyFacts = {
  host,
  nosAccount,
  existing: new Map(),
  maxFeeLamports: 100_000n,
  maxLamports: 5_000_000n,
};

interface World {
  lamports: bigint;
  owner: string;
  nos: bigint;
  savings: Uint8Array | null;
  key: Uint8Array | null;
  metadata: Uint8Array | null;
}

const tokens = (token: string, amount: bigint, owner = host) =>
  encodeTokenAccount({ mint: token, owner, amount });
const before: World = {
  lamports: 50_000_000n,
  owner: SYSTEM_PROGRAM,
  nos: 7n,
  savings: tokens(other, 3n),
  key: null,
  metadata: encodeMetadata({ mint, collection, verified: true }),
};
const goodAfter: World = { ...before, lamports: 47_900_000n, key: tokens(mint, 1n) };

function accounts(world: World): Map<string, ChainAccount> {
  const list: [string, string, bigint, Uint8Array | null][] = [
    [host, world.owner, world.lamports, new Uint8Array()],
    [nosAccount, TOKEN_PROGRAM, 2_039_280n, tokens(NOSANA_PROGRAMS.nosMint, world.nos)],
    [savings, TOKEN_PROGRAM, 2_039_280n, world.savings],
    [keyAccount, TOKEN_PROGRAM, 2_039_280n, world.key],
    [metadataAddress(mint), METADATA, 5_000_000n, world.metadata],
  ];
  return new Map(
    list.flatMap(([address, owner, lamports, data]) =>
      data === null || lamports === 0n ? [] : [[address, { address, owner, lamports, data }]],
    ),
  );
}

const judge = (change: Partial<World>, from: Partial<World> = {}) =>
  judgeEffects(
    { before: accounts({ ...before, ...from }), after: accounts({ ...goodAfter, ...change }) },
    facts,
    collection,
  );

/** A token account whose bytes behind the amount are changed. */
function changed(data: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(data);
  copy[at] = value;
  return copy;
}

describe('what a transaction would do', () => {
  it('is what we want: a little rent for the key of this market', () => {
    expect(judge({})).toBeNull();
  });

  it('is what we want where the account was there already, empty', () => {
    expect(judge({}, { key: tokens(mint, 0n) })).toBeNull();
  });

  it.each<[RegExp, string, Partial<World>]>([
    [/NOS/, 'the NOS of this host change', { nos: 6n }],
    [/NOS/, 'also where they become more', { nos: 8n }],
    [/cost 5000001 lamports/, 'it costs more than allowed', { lamports: 44_999_999n }],
    [/wallet/, 'the wallet belongs to a program', { owner: other }],
    [/wallet/, 'the wallet is gone', { lamports: 0n, owner: SYSTEM_PROGRAM }],
    [/change tokens/, 'other tokens become fewer', { savings: tokens(other, 2n) }],
    [/change tokens/, 'other tokens are gone', { savings: null }],
    [
      /change tokens/,
      'somebody else may spend them',
      { savings: changed(tokens(other, 3n), 72, 1) },
    ],
    [/change tokens/, 'they belong to somebody else', { savings: tokens(other, 3n, other) }],
    [/not bring/, 'there is no key', { key: null }],
    [/not bring/, 'the account for it stays empty', { key: tokens(mint, 0n) }],
    [/not bring/, 'it is the key of somebody else', { key: tokens(mint, 1n, other) }],
    [
      /not bring/,
      'it is of another collection',
      { metadata: encodeMetadata({ mint, collection: other, verified: true }) },
    ],
    [
      /not bring/,
      'it only claims to be of the collection',
      { metadata: encodeMetadata({ mint, collection, verified: false }) },
    ],
    [/not bring/, 'nobody says what it is', { metadata: null }],
    [/not bring/, 'somebody else may spend the key', { key: changed(tokens(mint, 1n), 72, 1) }],
  ])('is refused (%s): %s', (reason, _what, change) => {
    const spentAll = change.lamports === 0n;
    const limits = spentAll ? { ...facts, maxLamports: 100_000_000n } : facts;
    const worlds = { before: accounts(before), after: accounts({ ...goodAfter, ...change }) };
    expect(judgeEffects(worlds, limits, collection)).toMatch(reason);
  });
});
