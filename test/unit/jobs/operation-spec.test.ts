import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../app/jobs/definition/parse.ts';
import { prepareOperation, type RunFacts } from '../../../app/jobs/operation-spec.ts';
import type { ContainerSpec } from '../../../app/jobs/ports.ts';
import { job, oneOperation, operation } from '../../fakes/jobs/definitions.ts';

const facts: RunFacts = {
  offer: { run: 'run', job: 'job', poster: 'poster' },
  hostAddress: 'host',
  cards: ['GPU-1', 'GPU-2'],
};

function specOf(definition: object, index = 0, more: Partial<RunFacts> = {}): ContainerSpec {
  const verdict = parseDefinition(JSON.stringify(definition));
  if (!verdict.valid) throw new Error(JSON.stringify(verdict.errors));
  const prepared = prepareOperation(verdict.definition, index, { ...facts, ...more });
  if (!prepared.ok || prepared.kind !== 'container') throw new Error(JSON.stringify(prepared));
  return prepared.spec;
}

describe('what a container is asked for', () => {
  it('has the cards where the operation or the job wants one, and no card elsewhere', () => {
    expect(specOf(oneOperation({ gpu: true })).cards).toEqual(['GPU-1', 'GPU-2']);
    expect(specOf(oneOperation({}, { global: { gpu: true } })).cards).toEqual(['GPU-1', 'GPU-2']);
    expect(specOf(oneOperation()).cards).toEqual([]);
  });

  it('has a name that other operations know, before those that it was given', () => {
    const definition = job([
      operation('one', { aliases: 'api, db' }),
      operation('two', { cmd: ['%%ops.one.host%%', '%%ops.one.container_ip%%'] }),
    ]);
    expect(specOf(definition).aliases).toEqual(['operation-0', 'api', 'db']);
    expect(specOf(definition, 1).command).toEqual(['operation-0', 'operation-0']);
  });

  it.each([
    ['true', true],
    ['false', false],
    ['yes', false],
    [undefined, false],
  ])('cannot write outside of its volumes where "read_only_root" is %j: %j', (value, expected) => {
    const meta = value === undefined ? {} : { read_only_root: value };
    expect(specOf(oneOperation({}, { meta })).readOnlyRoot).toBe(expected);
  });

  it('has the public address of a port, as posters write it behind "https://"', () => {
    const addresses = { urlOf: (id: string) => `https://${id}.node.example/` };
    const cmd = ['https://%%ops.train.endpoint.80%%/', '%%ops.train.deployment_endpoint%%'];
    const definition = oneOperation({ expose: [80], cmd }, { deployment_id: 'd' });
    const [port, deployment] = specOf(definition, 0, { addresses }).command ?? [];
    expect(port).toMatch(/^https:\/\/[1-9A-Za-z]{44}\.node\.example\/$/);
    expect(deployment).toMatch(/^[1-9A-Za-z]{44}\.node\.example$/);
  });

  it('knows where the network publishes ports, and the version of this host', () => {
    const addresses = { urlOf: () => null, domain: 'node.example' };
    const cmd = ['%%global.frps_address%%', '%%global.version%%'];
    const { command } = specOf(oneOperation({ cmd }), 0, { addresses, version: '1.2.3' });
    expect(command).toEqual(['node.example', '1.2.3']);
  });
});
