import {
  AddressLookupTableAccount,
  ComputeBudgetProgram,
  Keypair,
  PublicKey,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import { describe, expect, it } from 'vitest';
import {
  addSignature,
  decodeTransaction,
} from '../../../../app/adapters/solana/decode-transaction.ts';
import { keypairSigner } from '../../../../app/adapters/solana/signer.ts';
import { TOKEN_PROGRAM, tokenAddress } from '../../../../app/adapters/solana/token.ts';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import type { KeyFacts } from '../../../../app/network/host-manager/access-key-rules.ts';
import { judgeTransaction } from '../../../../app/network/host-manager/access-key-transaction.ts';
import { NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { encodeTokenAccount } from '../../../fakes/chain/layouts.ts';
import {
  call,
  cook,
  createAccount,
  good,
  keyAccount,
  mintTo,
  people,
  priority,
  token,
  u64,
  type Recipe,
} from '../../../fakes/host-manager/key-transactions.ts';

const { host, server, stranger, mint } = people;
const [me, them, thief] = [host, server, stranger].map(({ publicKey }) => publicKey.toBase58());
const nosAccount = tokenAddress(String(me), NOSANA_PROGRAMS.nosMint);
/** Some other token that this host has. */
const savingsPair = Keypair.generate();
const savings = savingsPair.publicKey.toBase58();
const METADATA = 'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s';
const MEMO = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr';

function account(
  address: string,
  owner: string,
  data: Uint8Array = new Uint8Array(),
): ChainAccount {
  return { address, owner, lamports: 2_039_280n, data };
}
const held = encodeTokenAccount({
  mint: Keypair.generate().publicKey.toBase58(),
  owner: String(me),
  amount: 5n,
});

const facts: KeyFacts = {
  host: String(me),
  nosAccount,
  existing: new Map([
    [String(me), account(String(me), SystemProgram.programId.toBase58())],
    [savings, account(savings, TOKEN_PROGRAM, held)],
  ]),
  maxFeeLamports: 100_000n,
  maxLamports: 5_000_000n,
};

/** Why a transaction is refused; null where it may be tried. */
function judge(recipe: Recipe): string | null {
  const decoded = decodeTransaction(cook(recipe));
  if (decoded === null) throw new Error('cannot be read');
  return judgeTransaction(decoded, facts);
}

const after = (...bad: TransactionInstruction[]): Recipe => ({ instructions: [...good(), ...bad] });
const tokens = (data: number[], ...rest: [string, string][]): Recipe =>
  after(token(data, [[savings, 'w'], ...rest]));
const bytesOf = (address: string | undefined): number[] => [
  ...new PublicKey(String(address)).toBytes(),
];

describe('a transaction that brings the access key', () => {
  it.each<[string, Recipe]>([
    ['in the old form', { instructions: good() }],
    ['in version 0', { instructions: good(), version: 0 }],
    ['with a modest priority fee', { instructions: [...priority(50_000), ...good()] }],
    ['with a memo of the server', after(call(MEMO, [104, 105], [[String(them), 's']]))],
    ['paid by the server, but for the account', { instructions: good(), payer: server }],
    [
      'that makes the mint first',
      {
        instructions: [
          SystemProgram.createAccount({
            fromPubkey: host.publicKey,
            newAccountPubkey: mint.publicKey,
            lamports: 1_461_600,
            space: 82,
            programId: new PublicKey(TOKEN_PROGRAM),
          }),
          token([20, 0, ...bytesOf(them), 0], [[mint.publicKey.toBase58(), 'w']]),
          ...good(),
        ],
        signedBy: [server, mint],
      },
    ],
    [
      'through Metaplex',
      {
        instructions: [
          call(
            METADATA,
            [43, 0, ...u64(1n), 0],
            [
              [keyAccount, 'w'],
              [String(me), ''],
              [String(them), 's'],
              [String(me), 'sw'],
            ],
          ),
        ],
      },
    ],
  ])('may be tried: %s', (_what, recipe) => {
    expect(judge(recipe)).toBeNull();
  });

  it('gets exactly our signature over exactly what was judged', async () => {
    const decoded = decodeTransaction(cook({ instructions: good() }));
    if (decoded === null) throw new Error('cannot be read');
    expect(decoded.signers).toEqual([
      { address: me, isSigned: false },
      { address: them, isSigned: true },
    ]);
    const signature = await keypairSigner(host.secretKey).sign(decoded.message);
    const { wire } = addSignature(decoded, String(me), signature);
    const signed = decodeTransaction(wire);
    expect(signed?.signers.every(({ isSigned }) => isSigned)).toBe(true);
    expect(signed?.message).toEqual(decoded.message);
  });
});

describe('a transaction of a thief is refused, with the reason', () => {
  const nonce = Keypair.generate().publicKey;
  it.each<[RegExp, string, Recipe]>([
    [
      /moves SOL/,
      'takes our SOL',
      after(
        SystemProgram.transfer({
          fromPubkey: host.publicKey,
          toPubkey: stranger.publicKey,
          lamports: 1,
        }),
      ),
    ],
    [
      /holds the NOS/,
      'takes our NOS',
      after(
        token(
          [3, ...u64(1n)],
          [
            [nosAccount, 'w'],
            [String(thief), 'w'],
            [String(me), 's'],
          ],
        ),
      ),
    ],
    [
      /moves tokens/,
      'takes another token',
      tokens([3, ...u64(1n)], [String(thief), 'w'], [String(me), 's']),
    ],
    [
      /moves tokens/,
      'takes it, checked',
      tokens([12, ...u64(1n), 0], [String(thief), 'w'], [String(me), 's']),
    ],
    [
      /spend tokens/,
      'may spend later',
      tokens([4, ...u64(1n)], [String(thief), ''], [String(me), 's']),
    ],
    [
      /belongs to/,
      'takes the account itself',
      tokens([6, 2, 1, ...bytesOf(thief)], [String(me), 's']),
    ],
    [/closes/, 'closes an account', tokens([9], [String(thief), 'w'], [String(me), 's'])],
    [
      /burns/,
      'burns',
      tokens([8, ...u64(1n)], [mint.publicKey.toBase58(), 'w'], [String(me), 's']),
    ],
    [/freezes/, 'freezes', tokens([10], [mint.publicKey.toBase58(), ''], [String(them), 's'])],
    [
      /gives an account away/,
      'makes our wallet belong to a program',
      after(
        SystemProgram.assign({
          accountPubkey: host.publicKey,
          programId: new PublicKey(TOKEN_PROGRAM),
        }),
      ),
    ],
    [
      /never expire/,
      'is kept for a day when we are rich (durable nonce)',
      {
        instructions: [
          SystemProgram.nonceAdvance({ noncePubkey: nonce, authorizedPubkey: server.publicKey }),
          ...good(),
        ],
      },
    ],
    [
      /no business/,
      'calls a program nobody knows',
      after(call(Keypair.generate().publicKey.toBase58(), [1], [[String(me), 'sw']])),
    ],
    [
      /no business/,
      'upgrades a program of ours',
      after(call('BPFLoaderUpgradeab1e11111111111111111111111', [3, 0, 0, 0], [[String(me), 's']])),
    ],
    [
      /no business/,
      'uses Token-2022',
      after(call('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb', [3], [])),
    ],
    [/somebody else/, 'makes an account for a stranger', after(createAccount(stranger.publicKey))],
    [
      /more than to make/,
      'recovers a nested account',
      { instructions: [createAccount(host.publicKey, [2])] },
    ],
    [
      /signature of this host/,
      'mints with our signature',
      { instructions: [createAccount(), mintTo(host)] },
    ],
    [/memo in the name/, 'lets us say something', after(call(MEMO, [104], [[String(me), 's']]))],
    [
      /make and verify/,
      'burns through Metaplex',
      after(call(METADATA, [41, 0], [[String(me), 's']])),
    ],
    [
      /make and verify/,
      'delegates through Metaplex',
      after(call(METADATA, [44, 0], [[String(me), 's']])),
    ],
    [
      /has already/,
      'verifies a token of ours',
      after(
        call(
          METADATA,
          [52],
          [
            [savings, 'w'],
            [String(me), 's'],
          ],
        ),
      ),
    ],
    [
      /exists already/,
      'makes an account over one of ours',
      {
        ...after(
          SystemProgram.createAccount({
            fromPubkey: server.publicKey,
            newAccountPubkey: new PublicKey(savings),
            lamports: 1,
            space: 165,
            programId: new PublicKey(TOKEN_PROGRAM),
          }),
        ),
        signedBy: [server, savingsPair],
      },
    ],
    [
      /exists already/,
      'allocates space in our wallet',
      after(SystemProgram.allocate({ accountPubkey: host.publicKey, space: 100 })),
    ],
    [
      /too much SOL/,
      'hides our SOL in a new account',
      {
        instructions: [
          SystemProgram.createAccount({
            fromPubkey: host.publicKey,
            newAccountPubkey: mint.publicKey,
            lamports: 900_000_000,
            space: 82,
            programId: new PublicKey(TOKEN_PROGRAM),
          }),
        ],
        signedBy: [mint],
      },
    ],
    [
      /unknown program/,
      'pays for an account of its own program',
      {
        instructions: [
          SystemProgram.createAccount({
            fromPubkey: host.publicKey,
            newAccountPubkey: mint.publicKey,
            lamports: 1_000,
            space: 82,
            programId: stranger.publicKey,
          }),
        ],
        signedBy: [mint],
      },
    ],
    [
      /above the limit/,
      'has us pay a huge priority fee',
      { instructions: [...priority(10_000_000), ...good()] },
    ],
    [
      /above the limit/,
      'has us pay a huge price for the usual units',
      {
        instructions: [ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 1e9 }), ...good()],
      },
    ],
    [
      /cannot be read/,
      'asks for fees in a form of old',
      after(call('ComputeBudget111111111111111111111111111111', [0, 1, 2, 3, 4], [])),
    ],
    [
      /missing or wrong/,
      'lacks the signature of the server',
      { instructions: good(), signedBy: [] },
    ],
    [
      /missing or wrong/,
      'has one more signer, who can wait',
      after(call(MEMO, [104], [[String(thief), 's']])),
    ],
    [
      /does not need/,
      'is for somebody else (a replay)',
      { instructions: [mintTo()], payer: server },
    ],
    [
      /moves tokens/,
      'hides one bad instruction behind twenty good ones',
      {
        instructions: [
          ...Array.from({ length: 20 }, () => mintTo()),
          token(
            [3, ...u64(1n)],
            [
              [savings, 'w'],
              [keyAccount, 'w'],
              [String(me), 's'],
            ],
          ),
        ],
      },
    ],
    [/far too much/, 'is endless', { instructions: Array.from({ length: 41 }, () => mintTo()) }],
  ])('%s: %s', (reason, _what, recipe) => {
    expect(judge(recipe)).toMatch(reason);
    expect(judge({ ...recipe, version: 0 })).toMatch(reason);
  });

  it('one that hides accounts in a lookup table', () => {
    const table = new AddressLookupTableAccount({
      key: Keypair.generate().publicKey,
      state: {
        deactivationSlot: 2n ** 64n - 1n,
        lastExtendedSlot: 0,
        lastExtendedSlotStartIndex: 0,
        addresses: [stranger.publicKey],
      },
    });
    const theft = SystemProgram.transfer({
      fromPubkey: host.publicKey,
      toPubkey: stranger.publicKey,
      lamports: 1,
    });
    const recipe: Recipe = { instructions: [...good(), theft], version: 0, tables: [table] };
    expect(judge(recipe)).toMatch(/lookup tables/);
  });
});
