import { describe, expect, it } from 'vitest';
import type { StateChanges } from '../../app/contract/wire.ts';
import { HostStore } from '../../app/store.ts';
import { aHostState } from '../fakes/host/host-state.ts';

describe('the host’s state', () => {
  it('tells its listeners which slices changed, and only those', () => {
    const store = new HostStore(aHostState());
    const seen: StateChanges[] = [];
    const stop = store.onChange((changes) => seen.push(changes));
    store.commit({ queue: null, availability: { lending: true, since: 1_000 } });
    expect(seen).toEqual([{ queue: null }]);
    expect(store.state.queue).toBeNull();
    stop();
    store.commit({ queue: { position: 1, length: 1, market: 'm' } });
    expect(seen).toHaveLength(1);
  });

  it('stays silent when nothing changed', () => {
    const store = new HostStore(aHostState());
    let calls = 0;
    store.onChange(() => calls++);
    store.commit(structuredClone(aHostState()));
    expect(calls).toBe(0);
  });

  it('never changes a state that a view already holds', () => {
    const store = new HostStore(aHostState());
    const before = store.state;
    store.commit({ queue: null });
    expect(before.queue).not.toBeNull();
  });
});
