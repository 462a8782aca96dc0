import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { toErrorReport } from '../../contract/errors.ts';
import { decodeJob, decodeRun, JOB_STATE, type JobAccount, type RunAccount } from './accounts.ts';
import { cidOfDigest } from './cid.ts';
import type { Link } from './link.ts';
import { paymentOf } from './payment.ts';
import { startPoller } from './poller.ts';
import type { Assignment, Offer } from '../../jobs/ports.ts';

/** Pauses of the polling below the pushes. */
const POLL_MIN_MS = 5_000;
const POLL_MAX_MS = 60_000;

/** What the chain says of this host's run now; `unknown` where the server fails. */
export async function readAssignment(
  rpc: Pick<SolanaRpc, 'getAccounts'>,
  host: string,
  offer: Offer,
): Promise<Assignment> {
  try {
    const [run, job] = await rpc.getAccounts([offer.run, offer.job]);
    return judgeAssignment(
      host,
      run === null || run === undefined ? null : decodeRun(run.data),
      job === null || job === undefined ? null : decodeJob(job.data),
    );
  } catch (error) {
    return { state: 'unknown', problem: toErrorReport(error) };
  }
}

/** The rule behind it, on both accounts as they were at one slot; null is an account that is closed. */
export function judgeAssignment(
  host: string,
  run: RunAccount | null,
  job: JobAccount | null,
): Assignment {
  if (run !== null && run.node === host && job !== null) {
    return { state: 'assigned', timeoutSeconds: Number(job.timeoutSeconds) };
  }
  // No run: after `quit` the job is stopped or somebody else's, after an admin's `quitAdmin` it is
  // as it was, and a job account is closed by `clean` long after its end.
  if (job === null || job.state !== JOB_STATE.done || job.node !== host) return { state: 'gone' };
  const resultCid = cidOfDigest(job.ipfsResult);
  return resultCid === null
    ? { state: 'ended-by-client', resultSet: false, ...paymentOf(job) }
    : { state: 'settled', resultCid, ...paymentOf(job) };
}

/** Calls back when the run or the job account may have changed, by push or by polling. */
export function watchAssignment(link: Link, offer: Offer, onChange: () => void): () => void {
  let known: string | null = null;
  const poller = startPoller({
    minMs: POLL_MIN_MS,
    maxMs: POLL_MAX_MS,
    poll: async (signal) => {
      const now = await fingerprint(link, offer).catch(() => null);
      if (signal.aborted || now === null || now === known) return false;
      // Also the first time: it may have changed between the caller's reading and ours.
      known = now;
      onChange();
      return true;
    },
  });
  const offs = [offer.run, offer.job].map((address) =>
    link.subscriptions.account(address, (_account, slot) => {
      link.rpc.noteSlot(slot);
      poller.nudge();
    }),
  );
  return () => {
    poller.stop();
    for (const off of offs) off();
  };
}

async function fingerprint(link: Link, offer: Offer): Promise<string> {
  const accounts = await link.rpc.getAccounts([offer.run, offer.job]);
  return accounts
    .map((account) => (account === null ? '-' : Buffer.from(account.data).toString('base64')))
    .join(' ');
}
