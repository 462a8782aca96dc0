import {
  type AccountCodec,
  jobCodec,
  LONGEST_QUEUE,
  marketCodec,
  runCodec,
  sampleMarket,
  stakeCodec,
} from '../fakes/network/account-codecs.ts';
import { createGenerator } from '../fakes/network/generator.ts';
import { type Bench, median, times } from './figures.ts';

/** How often each account is read and written per round. */
const OFTEN = 20_000;

/** Reading and writing the accounts of the chain, against Nosana's own generated client. */
export async function codecs(bench: Bench): Promise<void> {
  const make = createGenerator(1);
  await measure(bench, jobCodec, { name: 'job', account: jobCodec.sample(make), often: OFTEN });
  await measure(bench, runCodec, { name: 'run', account: runCodec.sample(make), often: OFTEN });
  const stake = stakeCodec.sample(make);
  await measure(bench, stakeCodec, { name: 'stake', account: stake, often: OFTEN });
  for (const length of [0, LONGEST_QUEUE]) {
    const name = `market, ${length} in the queue`;
    const often = length === 0 ? OFTEN : OFTEN / 100;
    await measure(bench, marketCodec, { name, account: sampleMarket(make, length), often });
  }
}

/**
 * Both ways, from and to the bytes as the chain has them. Theirs makes its codec anew each time, as
 * its own functions for an account do. (jobs-program, accounts/)
 */
async function measure<Ours, Args, Theirs extends Args>(
  bench: Bench,
  codec: AccountCodec<Ours, Args, Theirs>,
  { name, account, often }: { name: string; account: Ours; often: number },
): Promise<void> {
  const count = bench.quick ? 10 : often;
  const rounds = bench.quick ? 1 : 5;
  const written = codec.encode(account);
  const data = new Uint8Array(Math.max(codec.space, written.length));
  data.set(written);
  const theirs = codec.toTheirs(account);
  /** Times per millisecond, which are thousands per second. */
  const speed = async (work: () => unknown): Promise<number> => {
    const repeat = (): void => {
      for (let time = 0; time < count; time++) kept = work();
    };
    return count / median(await times(rounds, repeat));
  };
  const readBaseline = await speed(() => codec.theirs.decode(data));
  const read = await speed(() => codec.decode(data));
  bench.note(`codecs: read a ${name}`, read, 'k/s', { baseline: readBaseline });
  const writeBaseline = await speed(() => codec.theirs.encode(theirs));
  const write = await speed(() => codec.encode(account));
  bench.note(`codecs: write a ${name}`, write, 'k/s', { baseline: writeBaseline });
  if (kept === undefined) throw new Error('Nothing was written.');
}

/** What came last: the engine may not leave out work whose outcome is kept. */
let kept: unknown;
