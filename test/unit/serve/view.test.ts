import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError, HostClient } from '../../../app/contract/client.ts';
import type { ViewMessage } from '../../../app/contract/view-message.ts';
import type { HostMessage } from '../../../app/contract/wire.ts';
import { serveView } from '../../../app/serve/view.ts';
import { aHostState } from '../../fakes/host/host-state.ts';
import { memoryWire } from '../../fakes/host/memory-wire.ts';
import { scriptedHost } from '../../fakes/host/scripted-host.ts';

function connect(options: Parameters<typeof scriptedHost>[0] = {}) {
  const host = scriptedHost(options);
  const wire = memoryWire<ViewMessage, HostMessage>();
  const client = new HostClient(wire.left);
  const received: HostMessage[] = [];
  wire.left.onMessage((message) => received.push(message));
  serveView(host, wire.right);
  return { host, wire, client, received };
}

function balance(nos: string) {
  return { wallet: { address: 'Host1111', nos, lamports: '1' } };
}

describe('a view of the host', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('gets the whole state first, then what changes', async () => {
    const { host, client } = connect();
    await vi.advanceTimersByTimeAsync(0);
    expect(client.state).toEqual(aHostState());
    host.store.commit(balance('7'));
    await vi.advanceTimersByTimeAsync(300);
    expect(client.state?.wallet.nos).toBe('7');
  });

  it('gets at most four patches a second, with the newest values in them', async () => {
    const { host, client, received } = connect();
    await vi.advanceTimersByTimeAsync(0);
    for (let n = 0; n < 1000; n++) {
      host.store.commit(balance(String(n)));
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(300);
    expect(received.filter((message) => message.type === 'patch').length).toBeLessThanOrEqual(6);
    expect(client.state?.wallet.nos).toBe('999');
  });

  it('is looked at while it shows, and no longer when it is hidden or closed', async () => {
    const { host, wire, client } = connect();
    expect(host.watching()).toBe(1);
    for (const [visible, watching] of [
      [false, 0],
      [false, 0],
      [true, 1],
      [true, 1],
    ] as const) {
      client.setVisible(visible);
      await vi.advanceTimersByTimeAsync(0);
      expect(host.watching()).toBe(watching);
    }
    client.setVisible(true);
    wire.right.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(host.watching()).toBe(0);
  });

  it('gets no patch while it is hidden, and the whole state when it shows again', async () => {
    const { host, client, received } = connect();
    await vi.advanceTimersByTimeAsync(0);
    client.setVisible(false);
    await vi.advanceTimersByTimeAsync(0);
    host.store.commit(balance('5'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(received).toHaveLength(1);
    client.setVisible(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(client.state?.wallet.nos).toBe('5');
  });

  it('is not fed while it cannot keep up, and catches up in one patch', async () => {
    const { host, wire, client, received } = connect();
    await vi.advanceTimersByTimeAsync(0);
    wire.congest(true);
    for (let n = 0; n < 100; n++) host.store.commit(balance(String(n)));
    await vi.advanceTimersByTimeAsync(5000);
    expect(received).toHaveLength(1);
    wire.congest(false);
    await vi.advanceTimersByTimeAsync(300);
    expect(received).toHaveLength(2);
    expect(client.state?.wallet.nos).toBe('99');
  });

  it('asks once for everything when a patch is lost, and ends up right', async () => {
    const { host, wire, client } = connect();
    const sent: ViewMessage[] = [];
    wire.right.onMessage((message) => sent.push(message));
    await vi.advanceTimersByTimeAsync(0);
    let count = 0;
    wire.lose((message) => message.type === 'patch' && ++count === 2);
    for (let n = 0; n < 8; n++) {
      host.store.commit(balance(String(n)));
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(sent.filter((message) => message.type === 'resync')).toHaveLength(1);
    expect(client.state?.wallet.nos).toBe('7');
  });

  it('may ask commands, and learns a refusal with its code and remedy', async () => {
    const { host, client } = connect();
    await expect(client.call('host.takeBack', {})).resolves.toEqual({ accepted: true });
    expect(host.asked).toEqual(['host.takeBack']);
    const refused = client.call('jobs.list', { limit: 0 });
    await expect(refused).rejects.toBeInstanceOf(CallError);
    await expect(refused).rejects.toMatchObject({
      report: { code: 'serve.bad-input', message: expect.stringContaining('limit') as string },
    });
  });

  it('cannot call what is not in the contract, whatever it is named', async () => {
    const { wire, received } = connect();
    const names = ['constructor', '__proto__', 'toString', 'wallet.export', ''];
    names.forEach((name, id) => wire.left.send({ type: 'call', id, name, input: {} }));
    await vi.advanceTimersByTimeAsync(0);
    const codes = received.flatMap((message) =>
      message.type === 'fail' ? [message.error.code] : [],
    );
    expect(codes).toEqual(names.map(() => 'serve.unknown-command'));
  });

  it('is refused, not queued, when it asks more than fifty times in a second', async () => {
    const { client } = connect();
    const calls = Array.from({ length: 60 }, () => client.call('doctor.check', {}));
    const results = await Promise.allSettled(calls);
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(10);
    await vi.advanceTimersByTimeAsync(1100);
    await expect(client.call('doctor.check', {})).resolves.toEqual({ accepted: true });
  });

  it('can send anything without harming the host', async () => {
    const { host, wire, client } = connect();
    const junk = [null, 1, 'x', [], {}, { type: 'call' }, { type: 'call', id: -1 }, { type: 'x' }];
    // The wire's type forbids it; a hostile page does not care.
    for (const message of junk) wire.left.send(message as unknown as ViewMessage);
    host.store.commit(balance('3'));
    await vi.advanceTimersByTimeAsync(300);
    expect(client.state?.wallet.nos).toBe('3');
  });

  it('stops listening when the wire closes, and open calls fail', async () => {
    const { wire, client, host } = connect({
      handlers: { 'jobs.csv': () => new Promise(() => undefined) },
    });
    const open = client.call('jobs.csv', {});
    wire.left.close();
    await expect(open).rejects.toThrow('closed');
    expect(client.closed).toBe(true);
    host.store.commit(balance('9'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
