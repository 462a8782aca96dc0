import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { LogLine } from '../../../app/contract/job.ts';
import { runLocally } from '../../../app/jobs/local-run.ts';
import type { FlowState } from '../../../app/jobs/result-document.ts';
import { FakeEngine } from '../../fakes/engine/fake-engine.ts';
import { FakeResources } from '../../fakes/jobs/fake-resources.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';

let home: string;
let engine: FakeEngine;
let lines: LogLine[];
let stop: AbortController;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'offpeak-local-'));
  engine = new FakeEngine();
  lines = [];
  stop = new AbortController();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function run(definition: object): Promise<FlowState> {
  return runLocally(Buffer.from(JSON.stringify(definition)), {
    engine,
    resources: new FakeResources(),
    home,
    cards: [],
    onLine: (line) => lines.push(line),
    signal: stop.signal,
  });
}

describe('a local run', () => {
  it('gives the result document that the network would get, and shows each line', async () => {
    engine.scripts.set('train', { lines: [{ text: 'hello' }] });
    const result = await run(job([operation('train'), operation('bye')]));
    expect(result).toMatchObject({
      status: 'success',
      opStates: [
        { operationId: 'train', exitCode: 0, logs: [{ type: 'stdout', log: 'hello' }] },
        { operationId: 'bye', exitCode: 0, logs: [] },
      ],
    });
    expect(lines.map(({ text }) => text)).toEqual(['hello']);
  });

  it('tells of a failure in the result, and to the reader', async () => {
    engine.startProblems.set('train', new OffpeakError('containers.start-failed').toReport());
    const result = await run(oneOperation());
    expect(result.status).toBe('failed');
    expect(lines).toMatchObject([{ operation: 'train', stream: 'host' }]);
  });

  it('leaves nothing behind, neither in the engine nor on the disk', async () => {
    await run(oneOperation());
    expect(engine.existing()).toEqual([]);
    const folder = join(home, 'jobs', 'local');
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  });

  it('stops when asked, with what it has done so far', async () => {
    engine.scripts.set('train', { lines: [{ text: 'so far' }], runMs: 'until-stopped' });
    const result = runLocally(Buffer.from(JSON.stringify(oneOperation())), {
      engine,
      resources: new FakeResources(),
      home,
      cards: [],
      onLine: () => stop.abort(),
      signal: stop.signal,
    });
    await expect(result).resolves.toMatchObject({
      status: 'stopped',
      opStates: [{ status: 'stopped', logs: [{ log: 'so far' }] }],
    });
    expect(engine.existing()).toEqual([]);
  });

  it('starts nothing when it was stopped before', async () => {
    stop.abort();
    expect((await run(oneOperation())).status).toBe('stopped');
    expect(engine.specs).toEqual([]);
  });

  it('says that nothing travels anywhere, whatever the definition says', async () => {
    const way = { type: 'api', args: { endpoint: 'https://example.org' } };
    const result = await run(oneOperation({}, { logistics: { send: way, receive: way } }));
    expect(result.status).toBe('success');
    expect(lines.map(({ stream }) => stream)).toEqual(['host']);
    expect(lines[0]?.text).toContain('logistics');
  });

  it('gives results that were read from the log, and starts operations with them', async () => {
    engine.scripts.set('train', { lines: [{ text: 'loss=0.5' }] });
    const train = { ...operation('train'), results: { loss: 'loss=(.*)' } };
    const result = await run(
      job([train, operation('next', { cmd: '%%ops.train.results.loss.1%%' })]),
    );
    expect(result.opStates[0]?.results).toEqual({ loss: ['loss=0.5', '0.5'] });
    expect(engine.specs[1]?.command?.[2]).toBe('0.5');
  });

  it.each([
    ['is not valid', { version: '0.1' }, 'jobs.definition-invalid'],
    [
      'asks for what it does not bring',
      oneOperation({ cmd: '%%global.variables.MISSING%%' }),
      'jobs.declined',
    ],
  ])('says why when a definition %s', async (_what, definition, code) => {
    await expect(run(definition)).rejects.toThrow(expect.objectContaining({ code }));
    expect(engine.calls).toEqual([]);
  });
});
