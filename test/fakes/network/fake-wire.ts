/** Reads back what `FakeNetwork.signSettlement` wrote: only the bytes count, as on a chain. */
export function readWire(wire: string): { run: string; resultCid: string | null } {
  const value: unknown = JSON.parse(Buffer.from(wire, 'base64').toString('utf8'));
  if (typeof value === 'object' && value !== null && 'run' in value && 'resultCid' in value) {
    const { run, resultCid } = value;
    if (typeof run === 'string' && (typeof resultCid === 'string' || resultCid === null)) {
      return { run, resultCid };
    }
  }
  throw new Error('fake network: not a transaction of ours');
}
