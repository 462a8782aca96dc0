import { createNosanaClient, JobsClient, NosanaNetwork } from '@nosana/kit';
import { describe, expect, it } from 'vitest';
import { tokenAddress } from '../../../../app/adapters/solana/token.ts';
import { cidOfDigest } from '../../../../app/network/nosana/cid.ts';
import * as client from '../../../../app/network/nosana/instructions-client.ts';
import * as host from '../../../../app/network/nosana/instructions-host.ts';
import {
  marketVault,
  metadataAddress,
  NOSANA_PROGRAMS,
  rewardsReflection,
  rewardsVault,
  stakeAddress,
} from '../../../../app/network/nosana/programs.ts';
import { signerOf as theirSigner, toAddress as theirs } from '../../../fakes/chain/oracle.ts';
import {
  createExtremes,
  createGenerator,
  type Generator,
} from '../../../fakes/network/generator.ts';
import { plain } from '../../../fakes/network/nosana-oracle.ts';

const ROUNDS = 200;
const NONE = '11111111111111111111111111111111';
const programs = NOSANA_PROGRAMS;
const token = (owner: string) => theirs(tokenAddress(owner, programs.nosMint));
const vaultOf = (market: string) => theirs(marketVault(programs, market).address);

/** One run with everything that can be said of it, all different from each other. */
function scene(make: Generator) {
  return {
    job: make.address(),
    run: make.address(),
    market: make.address(),
    vault: make.address(),
    host: make.address(),
    runPayer: make.address(),
    jobPayer: make.address(),
    project: make.address(),
    poster: make.address(),
    payer: make.address(),
    resultDigest: make.bytes(32),
    definitionDigest: make.bytes(32),
    timeoutSeconds: make.signed(64),
    jobExpirationSeconds: make.signed(64),
    jobTimeoutSeconds: make.signed(64),
    jobPrice: make.unsigned(64),
    jobType: make.below(256),
    nodeXnosMinimum: make.unsigned(128),
    accessKey: { tokenAccount: make.address(), metadata: make.address() },
  };
}
type Scene = ReturnType<typeof scene>;

describe("what a host signs is byte for byte what Nosana's own client builds", () => {
  same('work with an access key', (s) => [
    host.work(programs, s),
    JobsClient.getWorkInstruction({
      run: theirSigner(s.run),
      market: theirs(s.market),
      payer: theirSigner(s.host),
      stake: theirs(stakeAddress(programs, s.host)),
      nft: theirs(s.accessKey.tokenAccount),
      metadata: theirs(s.accessKey.metadata),
      authority: theirSigner(s.host),
    }),
  ]);

  same('work without an access key', (s) => [
    host.work(programs, { ...s, accessKey: null }),
    JobsClient.getWorkInstruction({
      run: theirSigner(s.run),
      market: theirs(s.market),
      payer: theirSigner(s.host),
      stake: theirs(stakeAddress(programs, s.host)),
      nft: token(s.host),
      metadata: theirs(NONE),
      authority: theirSigner(s.host),
    }),
  ]);

  same('claim with an access key', (s) => [
    host.claim(programs, s),
    JobsClient.getClaimInstruction({
      job: theirs(s.job),
      run: theirSigner(s.run),
      market: theirs(s.market),
      stake: theirs(stakeAddress(programs, s.host)),
      nft: theirs(s.accessKey.tokenAccount),
      metadata: theirs(s.accessKey.metadata),
      payer: theirSigner(s.host),
      authority: theirSigner(s.host),
    }),
  ]);

  same('claim without an access key', (s) => [
    host.claim(programs, { ...s, accessKey: null }),
    JobsClient.getClaimInstruction({
      job: theirs(s.job),
      run: theirSigner(s.run),
      market: theirs(s.market),
      stake: theirs(stakeAddress(programs, s.host)),
      nft: token(s.host),
      metadata: theirs(NONE),
      payer: theirSigner(s.host),
      authority: theirSigner(s.host),
    }),
  ]);

  same('stop', (s) => [
    host.stop(programs, s),
    JobsClient.getStopInstruction({
      market: theirs(s.market),
      node: theirs(s.host),
      authority: theirSigner(s.host),
    }),
  ]);

  same('finish with ten accounts', (s) => [host.finish(programs, s, 'ten'), theirFinish(s)]);

  // No published client has this list; the interface file of nosana-kit (idl/nosana_jobs.json) does:
  // payerJob, payerRun and project stand where payerRun and payerJob are in the list of ten.
  same('finish with eleven accounts, but for the payers', (s) => {
    const ten = theirFinish(s);
    const payers = [s.jobPayer, s.runPayer, s.project].map((address) => ({ address, role: 1 }));
    const accounts = [...ten.accounts.slice(0, 6), ...payers, ...ten.accounts.slice(8)];
    return [host.finish(programs, s, 'eleven'), { ...ten, accounts }];
  });

  same('complete', (s) => [
    host.complete(programs, s),
    JobsClient.getCompleteInstruction({
      job: theirs(s.job),
      authority: theirSigner(s.host),
      ipfsResult: s.resultDigest,
    }),
  ]);

  same('quit', (s) => [
    host.quit(programs, s),
    JobsClient.getQuitInstruction({
      job: theirs(s.job),
      run: theirs(s.run),
      payer: theirs(s.runPayer),
      authority: theirSigner(s.host),
    }),
  ]);
});

describe("what a poster signs is byte for byte what Nosana's own client builds", () => {
  same('list', (s) => [
    client.list(programs, s),
    JobsClient.getListInstruction({
      job: theirSigner(s.job),
      market: theirs(s.market),
      run: theirSigner(s.run),
      user: token(s.poster),
      vault: vaultOf(s.market),
      payer: theirSigner(s.poster),
      rewardsReflection: theirs(rewardsReflection(programs)),
      rewardsVault: theirs(rewardsVault(programs)),
      authority: theirSigner(s.poster),
      rewardsProgram: theirs(programs.rewards),
      ipfsJob: s.definitionDigest,
      timeout: s.timeoutSeconds,
    }),
  ]);

  same('extend', (s) => [
    client.extend(programs, s),
    JobsClient.getExtendInstruction({
      job: theirs(s.job),
      market: theirs(s.market),
      user: token(s.poster),
      vault: vaultOf(s.market),
      rewardsReflection: theirs(rewardsReflection(programs)),
      rewardsVault: theirs(rewardsVault(programs)),
      authority: theirSigner(s.poster),
      payer: theirSigner(s.poster),
      rewardsProgram: theirs(programs.rewards),
      timeout: s.timeoutSeconds,
    }),
  ]);

  same('end', (s) => [
    client.end(programs, s),
    JobsClient.getEndInstruction({
      job: theirs(s.job),
      market: theirs(s.market),
      run: theirs(s.run),
      deposit: token(s.poster),
      user: token(s.host),
      vault: vaultOf(s.market),
      payer: theirs(s.runPayer),
      authority: theirSigner(s.poster),
    }),
  ]);

  same('delist', (s) => [
    client.delist(programs, s),
    JobsClient.getDelistInstruction({
      job: theirs(s.job),
      market: theirs(s.market),
      deposit: token(s.poster),
      payer: theirs(s.poster),
      vault: vaultOf(s.market),
      authority: theirSigner(s.poster),
    }),
  ]);

  same('recover', (s) => [
    client.recover(programs, s),
    JobsClient.getRecoverInstruction({
      job: theirs(s.job),
      market: theirs(s.market),
      vault: vaultOf(s.market),
      user: token(s.poster),
      payer: theirs(s.poster),
      authority: theirSigner(s.poster),
    }),
  ]);

  same('clean', (s) => [
    client.clean(programs, s),
    JobsClient.getCleanInstruction({
      job: theirs(s.job),
      market: theirs(s.market),
      payer: theirs(s.payer),
    }),
  ]);

  same('open', (s) => [
    client.openMarket(programs, {
      ...s,
      authority: s.poster,
      accessKey: s.accessKey.tokenAccount,
    }),
    JobsClient.getOpenInstruction({
      mint: theirs(programs.nosMint),
      market: theirSigner(s.market),
      vault: vaultOf(s.market),
      authority: theirSigner(s.poster),
      accessKey: theirs(s.accessKey.tokenAccount),
      jobExpiration: s.jobExpirationSeconds,
      jobPrice: s.jobPrice,
      jobTimeout: s.jobTimeoutSeconds,
      jobType: s.jobType,
      nodeXnosMinimum: s.nodeXnosMinimum,
    }),
  ]);
});

describe("derived addresses are those that Nosana's own client derives", () => {
  // The client builds these two without a network; only its fresh keys differ from ours.
  const me = createGenerator(4).address();
  const market = createGenerator(5).address();
  const wallet = { ...theirSigner(me), signMessages: () => Promise.resolve([]) };
  const kit = createNosanaClient(NosanaNetwork.MAINNET, { wallet });

  it('stake and NOS account of a host', async () => {
    const built = plain(await kit.jobs.work({ market: theirs(market) }));
    const run = built.accounts[0]?.address ?? '';
    expect(host.work(programs, { run, market, host: me, accessKey: null })).toEqual(built);
  });

  it('vault of a market and accounts of the rewards program', async () => {
    const definitionDigest = createGenerator(6).bytes(32);
    const ipfsHash = cidOfDigest(definitionDigest) ?? '';
    const params = { market: theirs(market), timeout: 7200, ipfsHash };
    const built = plain(await kit.jobs.list(params));
    const [job, , run] = built.accounts.map((account) => account.address);
    const ours = client.list(programs, {
      job: job ?? '',
      run: run ?? '',
      market,
      poster: me,
      definitionDigest,
      timeoutSeconds: 7200n,
    });
    expect(ours).toEqual(built);
  });

  it('metadata of a mint', () => {
    // USDC, whose metadata account any block explorer shows.
    const mint = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
    expect(metadataAddress(mint)).toBe('5x38Kp4hvdomTCnCrAny4UtMUt5rQBdB6px2K1Ui45Wq');
  });
});

function same(name: string, build: (s: Scene) => [unknown, Parameters<typeof plain>[0]]): void {
  it(name, () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const [ours, built] = build(scene(createGenerator(seed)));
      expect(ours, `seed ${seed}`).toEqual(plain(built));
    }
    for (const end of ['smallest', 'largest'] as const) {
      const [ours, built] = build(scene(createExtremes(end)));
      expect(ours, end).toEqual(plain(built));
    }
  });
}

function theirFinish(s: Scene) {
  return JobsClient.getFinishInstruction({
    job: theirs(s.job),
    run: theirs(s.run),
    market: theirs(s.market),
    vault: theirs(s.vault),
    deposit: token(s.jobPayer),
    user: token(s.host),
    payerRun: theirs(s.runPayer),
    payerJob: theirs(s.jobPayer),
    authority: theirSigner(s.host),
    ipfsResult: s.resultDigest,
  });
}
