import { describe, expect, it } from 'vitest';
import { TunnelWords } from '../../../app/containers/tunnel-words.ts';
import type { TunnelState } from '../../../app/jobs/tunnel-port.ts';

function read(...pieces: string[]): TunnelState[] {
  const states: TunnelState[] = [];
  const words = new TunnelWords((state) => states.push(state));
  for (const piece of pieces) words.push(piece);
  return states;
}

describe('what the client of the tunnel logs', () => {
  it('tells when it is connected, when no more, and when it is again', () => {
    expect(
      read(
        '2026-11-25 20:00:00.000 [I] [client/service.go:295] try to connect to server...\n',
        '2026-11-25 20:00:00.100 [I] [client/service.go:287] [9a] login to server success, get run id [9a]\n',
        '2026-11-25 20:00:00.200 [I] [client/control.go:172] [9a] [x-op] start proxy success\n',
        '2026-11-25 20:10:00.000 [I] [client/service.go:295] [9a] try to connect to server...\n',
        '2026-11-25 20:10:05.000 [W] [client/service.go:298] [9a] connect to server error: dial tcp: refused\n',
        '2026-11-25 20:10:06.000 [I] [client/service.go:287] [9b] login to server success, get run id [9b]\n',
      ),
    ).toEqual(['down', 'up', 'down', 'up']);
  });

  it('tells that a name was refused', () => {
    expect(read('[W] [x-op] start error: proxy [x-op] already exists\n')).toEqual(['down']);
  });

  it('is read in pieces of any size', () => {
    expect(read('[I] login to ser', 'ver succ', 'ess\n[I] noth', 'ing\n')).toEqual(['up']);
  });

  it('says nothing where it says nothing that is known, however long', () => {
    const long = 'x'.repeat(100_000);
    expect(read('starting\n', long, `${long}\n`, 'login to server\n')).toEqual([]);
  });
});
