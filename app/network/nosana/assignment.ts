import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { toErrorReport } from '../../contract/errors.ts';
import { decodeJob, decodeRun, JOB_STATE, type JobAccount, type RunAccount } from './accounts.ts';
import { cidOfDigest } from './cid.ts';
import type { Link } from './link.ts';
import { paymentOf } from './payment.ts';
import { startNet } from './net.ts';
import type { Assignment, Offer } from '../../jobs/ports.ts';

/** What the chain says of this host's run now; `unknown` where the server fails. */
export async function readAssignment(
  rpc: Pick<SolanaRpc, 'getAccounts' | 'elsewhere'>,
  host: string,
  offer: Offer,
): Promise<Assignment> {
  try {
    const { run, job } = await readBoth(rpc, offer);
    // No run, and no job that tells why: that may be a server in trouble.
    const isTold = run !== null || (job !== null && job.state !== JOB_STATE.queued);
    const again = isTold ? { run, job } : await readBoth(rpc.elsewhere, offer);
    return judgeAssignment(host, again.run, again.job);
  } catch (error) {
    return { state: 'unknown', problem: toErrorReport(error) };
  }
}

async function readBoth(
  rpc: Pick<SolanaRpc, 'getAccounts'>,
  offer: Offer,
): Promise<{ run: RunAccount | null; job: JobAccount | null }> {
  const [run = null, job = null] = await rpc.getAccounts([offer.run, offer.job]);
  return {
    run: run === null ? null : decodeRun(run.data),
    job: job === null ? null : decodeJob(job.data),
  };
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

/**
 * Calls back when the run or the job account may have changed, by push or by polling. Whatever the
 * poster does changes the job; a run that an administrator closes is found by polling.
 */
export function watchAssignment(link: Link, offer: Offer, onChange: () => void): () => void {
  let known: string | null = null;
  const net = startNet(link, async (signal) => {
    const now = await fingerprint(link, offer).catch(() => null);
    if (signal.aborted || now === null || now === known) return false;
    // The poster's end pays this host.
    if (known !== null) link.balances.expire();
    // Also the first time: it may have changed between the caller's reading and ours.
    known = now;
    onChange();
    return true;
  });
  const off = link.subscriptions.account(offer.job, (_account, slot) => {
    link.rpc.noteSlot(slot);
    net.nudge();
  });
  return () => {
    net.stop();
    off();
  };
}

async function fingerprint(link: Pick<Link, 'rpc'>, offer: Offer): Promise<string> {
  const accounts = await link.rpc.getAccounts([offer.run, offer.job]);
  return accounts
    .map((account) => (account === null ? '-' : Buffer.from(account.data).toString('base64')))
    .join(' ');
}
