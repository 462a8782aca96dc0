import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRIVATE_IMAGE } from '../../fakes/images/images.ts';
import { raw } from '../containers/engine-kit.ts';
import { type Operation, type Shared, sharedDefinitions, whyNoTemplates } from './corpus.ts';
import {
  endpointOf,
  fetchBeside,
  type OperationResult,
  type ResultDocument,
  resultOf,
  runFile,
  untilSaid,
} from './play.ts';
import { stockFor } from './stock.ts';
import { type Story, STORIES } from './stories.ts';
import { CARDS, LOGIN, whyNoWorld, World } from './world.ts';

/*
 * Every public job definition through `offpeak run FILE`, from the file to the result document: on
 * an engine that is alone in its own internet, with stand-ins for images, files and the card. The
 * images do nothing but what is seen from outside; Offpeak is as it is.
 */

const definitions = sharedDefinitions();
const reason = whyNoWorld();
const folder = mkdtempSync(join(tmpdir(), 'offpeak-definitions-'));

describe.skipIf(reason !== null)(`offpeak run${reason === null ? '' : ` (${reason})`}`, () => {
  let world: World;

  beforeAll(async () => {
    const all = definitions.flatMap(({ operations }) => operations);
    const { stock, hosts } = stockFor(all.flatMap(({ resources }) => resources));
    world = await World.start(stock, hosts);
  });

  afterAll(async () => {
    // Nothing of a job is left: all that the engine still has are images.
    const containers = await raw('GET', '/containers/json?all=1', undefined, world.socket);
    const volumes = await raw('GET', '/volumes', undefined, world.socket);
    await world.remove();
    rmSync(folder, { recursive: true });
    expect(JSON.parse(containers.text)).toEqual([]);
    expect(JSON.parse(volumes.text)).toMatchObject({ Volumes: [] });
  });

  it('has a story for every definition, and no other', (context) => {
    const names = definitions.map(({ name }) => name);
    expect(names.filter((name) => !(name in STORIES))).toEqual([]);
    if (whyNoTemplates !== null) context.skip(`the templates are missing: ${whyNoTemplates}`);
    expect(names.toSorted()).toEqual(Object.keys(STORIES).toSorted());
    expect(names).toHaveLength(50);
  });

  describe('runs every public definition', { concurrent: true }, () => {
    it.each(definitions)('$name', async (shared) => {
      const story = STORIES[shared.name];
      if (story === undefined) throw new Error('There is no story for this definition.');
      if (shared.name === 'cli--nginx-multi-ops.json') await playGroups(shared);
      else await play(shared, story);
    });
  });

  it('refuses what needs a card where there is none', async () => {
    const [example] = definitions.filter(({ name }) => name === 'cli--benchmark-gpu.json');
    const { code, stdout, stderr } = await runFile(world, example?.path ?? '', null).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('The job needs a graphics card, and none is lent to jobs now.');
  });

  it('fetches a private image with the login of the definition alone', async () => {
    const [example] = definitions.filter(({ name }) => name === 'cli--private-docker.json');
    const text = readFileSync(example?.path ?? '', 'utf8');
    const path = file('private.json', text.replace('"ubuntu"', `"${PRIVATE_IMAGE.name}"`));
    const refused = await resultOf(runFile(world, path, null));
    expect(refused.document.opStates).toMatchObject([{ errors: [{ event: 'image-pull-error' }] }]);
    const login = readFileSync(path, 'utf8')
      .replace('"username": ""', `"username": "${LOGIN.username}"`)
      .replace('"password": ""', `"password": "${LOGIN.password}"`);
    const { code, document } = await resultOf(runFile(world, file('login.json', login), null));
    expect(code).toBe(0);
    expect(document.opStates.map(linesOf)).toEqual([['hello world']]);
  });

  it('fetches an image by its content', async () => {
    const [example] = definitions.filter(({ name }) => name === 'cli--kandinsky.json');
    const text = readFileSync(example?.path ?? '', 'utf8');
    const path = file('content.json', text.replace(/sha256:[0-9a-f]{64}/, world.digest));
    const running = runFile(world, path, 'small');
    const operation = 'run-kandinsky2';
    const url = await endpointOf(running, { operation, port: 5000, state: 'unknown' });
    expect(await fetchBeside(world, url)).toBe('This is cog.');
    running.interrupt();
    const { document } = await resultOf(running);
    expect(document.status).toBe('stopped');
  });

  it('hands results on, and waits for a service that greets over a WebSocket', async () => {
    const running = runFile(world, join(import.meta.dirname, 'results.json'), null);
    const port = { operation: 'serve', port: 9000, state: 'online' };
    await endpointOf(running, port);
    await untilSaid(running, 'This is tgi.');
    running.interrupt();
    const { document } = await resultOf(running);
    const [choose, serve, use] = document.opStates;
    expect(choose?.results).toEqual({ port: ['9000'], words: ['one two', 'one', 'two'] });
    expect([serve?.status, use?.status]).toEqual(['stopped', 'success']);
    expect(linesOf(serve ?? missing())).toContain('tgi: --port 9000');
    expect(linesOf(use ?? missing())).toEqual(['one two', 'This is tgi.']);
    const answering = serve?.logs.find(({ log }) => log === 'answers on port 9000')?.timestamp;
    expect(use?.startTime).toBeGreaterThan(Date.parse(answering ?? ''));
    expect(use?.results).toEqual({ answer: ['This is tgi.', 'tgi'] });
  });

  async function play(shared: Shared, story: Story): Promise<void> {
    if (story.how === 'refused') {
      const { code, stdout, stderr } = await runFile(world, shared.path, 'small').ended;
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(story.why);
      return;
    }
    if (story.how === 'serves') return playService(shared, story);
    const { code, document } = await resultOf(runFile(world, shared.path, 'small'));
    const { fails = {} } = story;
    expect({ code, status: document.status }).toEqual({
      code: story.code,
      status: story.code === 0 ? 'success' : 'failed',
    });
    expectGroups(shared, document);
    for (const operation of shared.operations) {
      const result = resultIn(document, operation.id);
      const failure = fails[operation.id];
      expect(result.status).toBe(failure === undefined ? 'success' : 'failed');
      expect(result.exitCode).toBe(failure?.exitCode ?? 0);
      expect(result.errors?.map(({ event }) => event)).toEqual(failure?.event && [failure.event]);
      expect(linesOf(result)).toEqual(
        expect.arrayContaining([...(story.says[operation.id] ?? [])]),
      );
    }
  }

  async function playService(shared: Shared, story: Story & { how: 'serves' }): Promise<void> {
    const [operation] = shared.operations;
    if (operation === undefined) throw new Error('It has no operation.');
    if (story.needs !== undefined) await expectTooLittleMemory(shared, story.needs);
    const running = runFile(world, shared.path, story.needs === undefined ? 'small' : 'large');
    try {
      for (const words of story.says) await untilSaid(running, words);
      for (const port of story.answers)
        await expectAnswer(running, { operation, port, path: story.path ?? '/' });
    } finally {
      running.interrupt();
    }
    const { code, document } = await resultOf(running);
    expect({ code, status: document.status }).toEqual({ code: 1, status: 'stopped' });
    expectGroups(shared, document);
    const result = resultIn(document, operation.id);
    expect(result.status).toBe('stopped');
    expect(result.errors).toBeUndefined();
    expectGiven(operation, linesOf(result));
  }

  async function expectAnswer(
    running: ReturnType<typeof runFile>,
    { operation, port, path }: { operation: Operation; port: number; path: string },
  ): Promise<void> {
    const isChecked = operation.ports.find((one) => one.port === port)?.isChecked === true;
    const state = isChecked ? 'online' : 'unknown';
    const url = await endpointOf(running, { operation: operation.id, port, state });
    expect(await fetchBeside(world, `${url}${path}`)).not.toBe('');
  }

  async function expectTooLittleMemory({ path }: Shared, needs: string): Promise<void> {
    const { code, stdout, stderr } = await runFile(world, path, 'small').ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const has = `the card lent to jobs has ${CARDS.small.words}`;
    expect(stderr).toContain(`The job needs ${needs} of graphics memory, and ${has}.`);
  }

  /** Two services that need each other, then a third in a group of its own. */
  async function playGroups(shared: Shared): Promise<void> {
    const running = runFile(world, shared.path, null);
    const port = 80;
    for (const operation of ['nginx-1', 'nginx-2']) {
      const url = await endpointOf(running, { operation, port, state: 'online' });
      expect(await fetchBeside(world, url)).toBe('This is nginx.');
    }
    expect(running.said()).not.toContain('nginx-3');
    // A service that ends by itself, and a group that is over with it.
    for (const operation of ['nginx-1', 'nginx-2']) await kill(operation);
    await endpointOf(running, { operation: 'nginx-3', port, state: 'online' });
    running.interrupt();
    const { document } = await resultOf(running);
    expect(document.opStates.map(({ group }) => group)).toEqual(['run', 'run', 'run2']);
    const [first, second, third] = document.opStates;
    const answering = first?.logs.find(({ log }) => log === 'answers on port 80')?.timestamp ?? '';
    expect(second?.startTime).toBeGreaterThan(Date.parse(answering));
    expect(third?.startTime).toBeGreaterThanOrEqual(second?.endTime ?? Infinity);
    expect(third?.startTime).toBeGreaterThanOrEqual(first?.endTime ?? Infinity);
    expect(third?.status).toBe('stopped');
  }

  async function kill(operation: string): Promise<void> {
    const filters = encodeURIComponent(
      JSON.stringify({ label: [`io.offpeak.operation=${operation}`] }),
    );
    const { text } = await raw(
      'GET',
      `/containers/json?filters=${filters}`,
      undefined,
      world.socket,
    );
    const id = /"Id":"([0-9a-f]{64})"/.exec(text)?.[1] ?? 'none';
    const { status } = await raw('POST', `/containers/${id}/kill`, undefined, world.socket);
    expect(status).toBe(204);
  }
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function missing(): never {
  throw new Error('An operation has no result.');
}

/** The groups of the definition, one after the other where they differ. */
function expectGroups({ operations }: Shared, { opStates }: ResultDocument): void {
  const named = operations.map(({ id, group }) => ({ id, group }));
  expect(opStates.map(({ operationId: id, group }) => ({ id, group }))).toEqual(named);
  for (const [index, later] of opStates.entries()) {
    const before = opStates[index - 1];
    if (before === undefined || before.group === later.group) continue;
    expect(later.startTime).toBeGreaterThanOrEqual(before.endTime ?? Infinity);
  }
}

/** What the program saw of the card and of the files that the definition asks for. */
function expectGiven({ gpu, resources }: Operation, lines: readonly string[]): void {
  expect(lines.includes('card: /dev/nvidia0')).toBe(gpu);
  for (const { target = '/root/.ollama/models', allowWrite = false } of resources) {
    const place = `mounted: ${target.replace(/\/$/, '')} ${allowWrite ? 'rw' : 'ro'} `;
    const mounted = lines.find((line) => line.startsWith(place));
    expect(Number(mounted?.slice(place.length))).toBeGreaterThan(0);
  }
}

function resultIn({ opStates }: ResultDocument, id: string): OperationResult {
  const found = opStates.find(({ operationId }) => operationId === id);
  if (found === undefined) throw new Error(`No result of ${id}`);
  return found;
}

function linesOf({ logs }: OperationResult): string[] {
  return logs.map(({ log }) => log);
}
