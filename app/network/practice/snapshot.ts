import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

/** Accounts by address, as surfpool exports them; `data` is base64. */
const Snapshot = z.record(
  z.string(),
  z.object({
    data: z.string(),
    executable: z.boolean(),
    lamports: z.number(),
    owner: z.string(),
  }),
);
export type Snapshot = z.infer<typeof Snapshot>;

const Answer = z.object({ result: z.object({ value: Snapshot }) });

/** All accounts of a running chain, by surfpool's own RPC call. */
export async function exportAccounts(rpcUrl: string): Promise<Snapshot> {
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'surfnet_exportSnapshot',
      params: [{ includeParsedAccounts: false, scope: 'network' }],
    }),
    signal: AbortSignal.timeout(10_000),
  });
  return Answer.parse(await response.json()).result.value;
}

/** Replaces the file in one step: a crash leaves the old one or the new one, never half of one. */
export function writeSnapshot(file: string, snapshot: Snapshot): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, gzipSync(JSON.stringify(snapshot)), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

/** The kept accounts, or null when there are none or the file cannot be used: practice restarts. */
export function readSnapshot(file: string): Snapshot | null {
  if (!existsSync(file)) return null;
  try {
    return Snapshot.parse(JSON.parse(gunzipSync(readFileSync(file)).toString()));
  } catch {
    // Worthless money: a fresh chain is better than none. The old file stays for a look.
    renameSync(file, `${file}.damaged`);
    return null;
  }
}
