import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  IMAGE,
  importBusybox,
  newId,
  openRoom,
  raw,
  runToEnd,
  shell,
  started,
  whyNoEngine,
} from './engine-kit.ts';
import { belongingsOf } from '../recovery/leftovers.ts';

const reason = await whyNoEngine();

describe.skipIf(reason !== null)(`cleaning up${reason === null ? '' : ` (${reason})`}`, () => {
  const hostId = newId('host');
  const room = openRoom({ hostId });
  const neighbour = openRoom();
  const foreign = newId('foreign');

  beforeAll(async () => {
    await importBusybox();
    // The owner's own things, one of them with a label of ours for a run that is cleaned up.
    await raw('POST', '/volumes/create', { Name: foreign });
    await raw('POST', '/networks/create', { Name: foreign });
    const body = { Image: IMAGE, Cmd: ['sleep', '300'], Env: ['PATH=/bin'] };
    await raw('POST', `/containers/create?name=${foreign}`, body);
    await raw('POST', `/containers/${foreign}/start`);
  });

  beforeEach(async () => {
    await room.sweep([]);
  });

  afterAll(async () => {
    await raw('DELETE', `/containers/${foreign}?force=1`);
    await raw('DELETE', `/networks/${foreign}`);
    await raw('DELETE', `/volumes/${foreign}`);
    await neighbour.sweep([]);
    await room.sweep([]);
  });

  it('removes containers, network and volumes of a run, running or not, and is content the second time', async () => {
    const run = newId('run');
    const volumes = [{ name: 'cache', dest: '/data/cache' }];
    await runToEnd(room, shell('true', { run, volumes }));
    await started(room, shell('sleep 300', { run, volumes, index: 1, operation: 'other' }));
    // Two of the job and two guards.
    expect(await leftoversOf(run)).toEqual({ containers: 4, networks: 1, volumes: 1 });
    await room.cleanUp(run);
    expect(await leftoversOf(run)).toEqual({ containers: 0, networks: 0, volumes: 0 });
    await room.cleanUp(run);
  });

  it('takes away what was kept ready, and a look that comes late keeps nothing', async () => {
    const id = newId('host');
    const leaving = openRoom({ hostId: id });
    await leaving.checkEngine();
    expect((await belongingsOf(id)).spare).toHaveLength(2);
    // One look is still making it anew, the other one comes after.
    for (const thing of (await belongingsOf(id)).spare.filter((one) => /^container/.test(one))) {
      await raw('DELETE', `/containers/${thing.split('/')[1]}?force=1`);
    }
    const late = leaving.checkEngine();
    await Promise.all([late, leaving.close()]);
    await leaving.checkEngine();
    expect(await belongingsOf(id)).toEqual({ ofRuns: [], spare: [], writers: [], cache: [] });
  });

  it('removes volumes too that an image asks for and nobody named', async () => {
    const before = await count('/volumes');
    const run = newId('run');
    const container = await started(room, shell('sleep 300', { run }));
    const image = 'offpeak-test/with-volume:1';
    const changes = encodeURIComponent(JSON.stringify({}));
    await raw(
      'POST',
      `/commit?container=${container.id}&repo=offpeak-test/with-volume&tag=1&changes=${encodeURIComponent('VOLUME /anonymous')}`,
      {},
    );
    expect(changes).toBeTruthy();
    await started(room, shell('sleep 300', { run, image, index: 1, operation: 'other' }));
    expect(await count('/volumes')).toBe(before + 1);
    await room.cleanUp(run);
    expect(await count('/volumes')).toBe(before);
    await raw('DELETE', `/images/${image}?force=1`);
  });

  it('never touches what is not ours', async () => {
    const run = newId('run');
    await runToEnd(room, shell('true', { run }));
    const theirs = shell('sleep 300', { run: newId('run') });
    await started(neighbour, theirs);
    // Somebody gave the run's label, but not the host's, to something of their own.
    const marked = newId('marked');
    await raw('POST', '/volumes/create', { Name: marked, Labels: { 'io.offpeak.run': run } });

    await room.cleanUp(run);
    await room.cleanUp(theirs.run);
    expect(await room.sweep([])).toEqual({ removed: [], problem: null });

    for (const path of [
      `/containers/${foreign}/json`,
      `/networks/${foreign}`,
      `/volumes/${foreign}`,
      `/volumes/${marked}`,
      `/images/${IMAGE}/json`,
    ]) {
      expect({ path, status: (await raw('GET', path)).status }).toEqual({ path, status: 200 });
    }
    expect(await leftoversOf(theirs.run)).toEqual({ containers: 2, networks: 1, volumes: 0 });
    expect((await raw('GET', `/containers/${foreign}/json`)).text).toContain('"Running":true');
    await raw('DELETE', `/volumes/${marked}`);
  });

  it('does not mount a volume of somebody else who took the name', async () => {
    const spec = shell('true', { volumes: [{ name: 'cache', dest: '/data/cache' }] });
    await runToEnd(room, spec);
    const list = (await raw('GET', filtered('/volumes', 'run', spec.run))).text;
    const name = /"Name":"([^"]+)"/.exec(list)?.[1] ?? '';
    await room.cleanUp(spec.run);
    await raw('POST', '/volumes/create', { Name: name });
    expect(await room.start(spec, AbortSignal.timeout(60_000))).toMatchObject({
      ok: false,
      problem: { code: 'containers.engine-error' },
    });
    await room.cleanUp(spec.run);
    expect((await raw('DELETE', `/volumes/${name}`)).status).toBe(204);
  });

  it('leaves a network that somebody joined, and says so', async () => {
    const spec = shell('true');
    await runToEnd(room, spec);
    const list = (await raw('GET', filtered('/networks', 'pod', `open.${spec.run}`))).text;
    const id = /"Id":"([^"]+)"/.exec(list)?.[1] ?? '';
    await raw('POST', `/networks/${id}/connect`, { Container: foreign });
    await expect(room.cleanUp(spec.run)).rejects.toMatchObject({
      code: 'containers.clean-up-incomplete',
    });
    expect(await room.sweep([])).toMatchObject({
      removed: [],
      problem: { code: 'containers.clean-up-incomplete' },
    });
    await raw('POST', `/networks/${id}/disconnect`, { Container: foreign });
    expect(await room.sweep([])).toEqual({ removed: [`open.${spec.run}`], problem: null });
  });

  it('after a crash removes what no run needs, and keeps the runs that go on', async () => {
    const kept = shell('sleep 300', { volumes: [{ name: 'v', dest: '/data/v' }] });
    const orphan = shell('sleep 300', { volumes: [{ name: 'v', dest: '/data/v' }] });
    await started(room, kept);
    await started(room, orphan);
    const { removed, problem } = await openRoom({ hostId }).sweep([kept.run]);
    expect({ removed, problem }).toEqual({ removed: [orphan.run], problem: null });
    expect(await leftoversOf(kept.run)).toEqual({ containers: 2, networks: 1, volumes: 1 });
    expect(await leftoversOf(orphan.run)).toEqual({ containers: 0, networks: 0, volumes: 0 });
  });
});

async function leftoversOf(run: string): Promise<object> {
  const pod = `open.${run}`;
  const [jobs, guards, networks, volumes] = await Promise.all([
    count(filtered('/containers/json', 'run', run)),
    count(filtered('/containers/json', 'guard', null, pod)),
    count(filtered('/networks', 'pod', pod)),
    count(filtered('/volumes', 'run', run)),
  ]);
  return { containers: jobs + guards, networks, volumes };
}

/** A list of what carries a label, with this value where one is given. */
function filtered(path: string, name: string, value: string | null, pod?: string): string {
  const own = value === null ? `io.offpeak.${name}` : `io.offpeak.${name}=${value}`;
  const filters = JSON.stringify({ label: [own, ...(pod ? [`io.offpeak.pod=${pod}`] : [])] });
  return `${path}?all=1&filters=${encodeURIComponent(filters)}`;
}

async function count(path: string): Promise<number> {
  const answer: unknown = JSON.parse((await raw('GET', path)).text);
  const list: unknown =
    Array.isArray(answer) || typeof answer !== 'object' || answer === null
      ? answer
      : Reflect.get(answer, 'Volumes');
  return Array.isArray(list) ? list.length : 0;
}
