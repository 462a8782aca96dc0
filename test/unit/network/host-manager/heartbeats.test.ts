import { afterEach, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../../app/contract/errors.ts';
import { Heartbeats } from '../../../../app/network/host-manager/heartbeats.ts';
import { QuickClock } from '../../../fakes/host-manager/quick-clock.ts';

type Answer = number | null | OffpeakError;

let running: Heartbeats | null = null;
afterEach(() => running?.stop());

/** Sends as many heartbeats as there are answers; returns the waits after each. */
async function beat(
  answers: Answer[],
): Promise<{ waits: number[]; heard: number; all: Heartbeats }> {
  const clock = new QuickClock();
  const left = [...answers];
  let heard = 0;
  const all = await new Promise<Heartbeats>((resolve) => {
    const heartbeats = new Heartbeats({
      clock,
      onHeard: () => {
        heard += 1;
      },
      client: {
        heartbeat: (signal) => {
          const answer = left.shift();
          if (answer instanceof OffpeakError) return Promise.reject(answer);
          if (answer !== undefined) return Promise.resolve(answer);
          resolve(heartbeats);
          return new Promise((_done, fail) => {
            signal.addEventListener('abort', () => fail(new Error('aborted')));
          });
        },
      },
    });
    running = heartbeats;
    heartbeats.start();
    heartbeats.start(); // a second start is none
  });
  return { waits: clock.sleeps, heard, all };
}

const unreachable = new OffpeakError('network.host-manager-unreachable');

describe('heartbeats', () => {
  it('go out at once and then every 30 seconds, where nothing else is said', async () => {
    const { waits, heard } = await beat([null, null]);
    expect(waits).toEqual([30_000, 30_000]);
    expect(heard).toBe(2);
  });

  it('go out as the network says, but never all the time or next to never', async () => {
    const { waits } = await beat([86_000, 17_000, 1, 86_400_000]);
    expect(waits).toEqual([86_000, 17_000, 5_000, 3_600_000]);
  });

  it('that fail are reported and go on, more and more seldom, until one is heard', async () => {
    const failures = Array.from({ length: 6 }, () => unreachable);
    const { waits, all, heard } = await beat([...failures, null, unreachable]);
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 30_000, 30_000]);
    expect(heard).toBe(1);
    expect(all.state.problem).toMatchObject({ code: 'network.host-manager-unreachable' });
    expect(all.state.heardAt).not.toBeNull();
  });

  it('stop when they are told to', async () => {
    const { all } = await beat([null]);
    all.stop();
    expect(all.state.nextAt).toBeNull();
  });
});
