import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Readiness, type ReadinessVerdict } from '../../../app/contract/readiness.ts';
import { localChainPackage } from '../../../app/platform/platform.ts';
import { lastSpeed } from '../../../app/readiness/speed-settings.ts';
import { serveHttp } from '../../../app/serve/http-server.ts';
import type { HostAddress } from '../../../app/serve/remote-host.ts';
import { engineProblem } from '../../e2e/support/engine-problem.ts';
import { aHostState, aReadiness } from '../../fakes/host/host-state.ts';
import { startRealHost } from '../../fakes/host/real-host.ts';
import { scriptedHost } from '../../fakes/host/scripted-host.ts';
import { ask, freshHome, say, WITHOUT_ENGINE } from './command-kit.ts';
import { brokenAtFirst, inSettings, measureAgainst, startSpeedServer } from './speed-kit.ts';

const noChain = localChainPackage().packageName === null ? 'there is no practice chain' : null;
const problem = (await engineProblem()) ?? noChain;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function readiness(home: string, ...flags: string[]) {
  return await ask(home, ['readiness', ...flags], Readiness);
}

describe('offpeak readiness', () => {
  it('judges this computer without a running host, and writes nothing', async () => {
    const home = freshHome();
    const { code, document } = await readiness(home);
    expect(document.verdict).not.toBe('measuring');
    expect(document.requirements.map(({ name }) => name)).toContain('memory');
    expect(document.thresholdsFrom).toEqual({ source: 'documentation', at: null });
    // Nobody has proven the isolation here.
    expect(code).toBe(1);
    expect(readdirSync(home)).toEqual([]);
  });

  it('prints a table, and ends with the headline', async () => {
    const { stdout } = await say(freshHome(), ['readiness']);
    expect(stdout).toMatch(/^Requirement +Asked +Measured +Verdict +Remedy\n/);
    expect(stdout).toMatch(/12 GB or more/);
  });
});

describe('offpeak readiness --measure-network without a running host', () => {
  it('measures within what it promised, judges by that, and keeps nothing', async () => {
    const home = freshHome();
    const server = await startSpeedServer(ends);
    measureAgainst(home, server.base.href);
    const { code, document } = await readiness(home, '--measure-network');
    const { last, problem, step, host, maxBytes } = document.speed;
    expect({ problem, step, host }).toEqual({ problem: null, step: null, host: server.base.host });
    if (last === null) throw new Error('nothing was measured');
    expect(last.host).toBe(server.base.host);
    expect(last.usedBytes).toBeGreaterThan(0);
    expect(server.downloadedBytes + server.uploadedBytes).toBeLessThanOrEqual(maxBytes);
    for (const [name, value] of [
      ['download', last.downloadBitsPerSecond],
      ['upload', last.uploadBitsPerSecond],
    ] as const) {
      const asked = document.requirements.find((one) => one.name === name);
      expect(asked?.measuredValue).toBe(value);
      const isMet = value >= (asked?.askedValue ?? 0);
      expect(asked?.verdict, name).toBe(isMet ? 'met' : 'fixable');
    }
    expect(code).toBe(document.verdict === 'ready' ? 0 : 1);
    expect(inSettings(home, lastSpeed)).toBeNull();
    expect((await readiness(home)).document.speed.last).toBeNull();
  });

  it('says why nothing could be measured, and judges all the rest', async () => {
    const home = freshHome();
    // Nothing listens on port 1.
    measureAgainst(home, 'http://127.0.0.1:1/');
    const { code, document } = await readiness(home, '--measure-network');
    expect(code).toBe(1);
    expect(document.speed.problem?.code).toBe('readiness.speed-unreachable');
    expect(document.requirements.find(({ name }) => name === 'download')?.verdict).toBe('unknown');
    expect(document.requirements.find(({ name }) => name === 'memory')?.measured).not.toBeNull();

    measureAgainst(home, null);
    const { stdout } = await say(home, ['readiness', '--measure-network']);
    const none = (await readiness(home, '--measure-network')).document.speed.problem;
    expect(none?.code).toBe('readiness.no-speed-server');
    expect(stdout).toContain(`\n${none?.message ?? '?'}\n${none?.remedy ?? '?'}\n`);
  });
});

/** A host that is all script, where the command line finds it; it looks when it is asked to. */
async function serveVerdict(home: string, verdict: ReadinessVerdict): Promise<string[]> {
  const seen = { verdict, headline: `It is ${verdict}.` };
  let measuredAt = 1;
  const host = scriptedHost({
    state: aHostState({ readiness: aReadiness({ measuredAt }) }),
    handlers: {
      'readiness.check': () => {
        host.asked.push('readiness.check');
        host.store.commit({ readiness: aReadiness({ ...seen, measuredAt: ++measuredAt }) });
        return Promise.resolve({ accepted: true });
      },
    },
  });
  const dashboard = await serveHttp(host, { folder: home, port: 0 });
  ends.push(() => dashboard.close());
  const { origin, token } = dashboard;
  const address: HostAddress = { origin, token, pid: process.pid };
  writeFileSync(join(home, 'host.json'), JSON.stringify(address));
  return host.asked;
}

describe('offpeak readiness beside a running host', () => {
  const verdicts: [ReadinessVerdict, number][] = [
    ['ready', 0],
    ['fixable', 1],
    ['practice-only', 1],
  ];
  it.each(verdicts)('lets it look again; "%s" ends with %i', async (verdict, exit) => {
    const home = freshHome();
    const asked = await serveVerdict(home, verdict);
    const { code, document } = await readiness(home);
    expect({ code, verdict: document.verdict }).toEqual({ code: exit, verdict });
    expect(document.measuredAt).toBe(2);
    const { code: spoken, stdout } = await say(home, ['readiness']);
    expect(spoken).toBe(exit);
    expect(stdout.endsWith(`\nIt is ${verdict}.\n`)).toBe(true);
    // Looking costs nothing; measuring moves bytes, and is done only where it is asked for.
    expect(new Set(asked)).toEqual(new Set(['readiness.check']));
  });

  it('measures where it runs, forgets a failure, and remembers the result', async () => {
    const home = freshHome();
    const server = await startSpeedServer(ends, brokenAtFirst());
    measureAgainst(home, server.base.href);
    const host = await startRealHost(home, WITHOUT_ENGINE);
    ends.push(() => host.stop());
    const failed = await readiness(home, '--measure-network');
    expect(failed.document.speed).toMatchObject({
      last: null,
      problem: { code: 'readiness.speed-busy' },
    });
    // This process may well have an engine: it is the host's that counts.
    const engine = failed.document.requirements.find(({ name }) => name === 'engine');
    expect(engine?.verdict).toBe('fixable');
    expect(engine?.remedy).not.toBeNull();

    const { document } = await readiness(home, '--measure-network');
    expect(document.speed).toMatchObject({ step: null, problem: null });
    expect(document.speed.last?.host).toBe(server.base.host);
    const { length } = server.asked;
    expect((await readiness(home)).document.speed.last).toEqual(document.speed.last);
    expect(server.asked).toHaveLength(length);
    expect(inSettings(home, lastSpeed)).toEqual(document.speed.last);
  });

  // Which market it is asked for is known only when the network has let the host in.
  it.skipIf(problem !== null)(
    `tells what its network publishes${problem ? `: skipped, ${problem}` : ''}`,
    async () => {
      const home = freshHome();
      const began = Date.now();
      const host = await startRealHost(home);
      ends.push(() => host.stop());
      const source = async () => (await readiness(home)).document.thresholdsFrom.source;
      await expect.poll(source, { timeout: 100_000, interval: 500 }).toBe('network');
      const { code, document } = await readiness(home);
      expect(document.thresholdsFrom.at).toBeGreaterThan(began);
      expect(document.requirements.find(({ name }) => name === 'engine')?.verdict).toBe('met');
      expect(code).toBe(document.verdict === 'ready' ? 0 : 1);
    },
    180_000,
  );
});
