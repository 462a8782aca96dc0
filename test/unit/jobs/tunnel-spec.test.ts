import { describe, expect, it } from 'vitest';
import {
  deploymentExposeId,
  deploymentGroup,
  exposeId,
  privateExposeId,
} from '../../../app/jobs/definition/expose-id.ts';
import type { ExposedPort } from '../../../app/jobs/definition/expose.ts';
import { parseDefinition } from '../../../app/jobs/definition/parse.ts';
import type { TunnelSpec } from '../../../app/jobs/tunnel-port.ts';
import { portName, tunnelSpec } from '../../../app/jobs/tunnel-spec.ts';
import { oneOperation } from '../../fakes/jobs/definitions.ts';

const offer = { run: 'run', job: 'job', poster: 'poster' };
const get = {
  type: 'http',
  path: '/',
  method: 'GET',
  expected_status: 200,
  continuous: true,
} as const;

function specOf(ports: readonly ExposedPort[], more: object = {}): TunnelSpec | null {
  const verdict = parseDefinition(JSON.stringify(oneOperation({ expose: 1 }, more)));
  if (!verdict.valid) throw new Error(JSON.stringify(verdict.errors));
  return tunnelSpec(verdict.definition, 0, ports, { offer });
}

describe('what an operation publishes', () => {
  it('is nothing where it exposes nothing', () => {
    expect(specOf([])).toBeNull();
  });

  it('is each of its ports, under the name that the network’s kit gives it', () => {
    expect(specOf([{ port: 80 }, { port: 90 }])).toEqual({
      run: 'run',
      job: 'job',
      operation: 'train',
      index: 0,
      host: 'operation-0',
      ports: [80, 90].map((port) => ({
        port,
        name: exposeId(0, port, 'job'),
        healthPath: undefined,
      })),
      deployment: null,
    });
  });

  it.each([
    ['no checks', undefined, undefined],
    ['one that a load balancer can make', [get], '/'],
    ['such a one after others', [{ ...get, path: '/a', method: 'POST' as const }, get], '/'],
    ['none of its kind', [{ ...get, expected_status: 204 }], null],
    [
      'a WebSocket',
      [{ type: 'websocket' as const, expected_response: 'x', continuous: true }],
      null,
    ],
  ])('with the path of a check, of ports with %s', (_, checks, path) => {
    const port = { port: 80, ...(checks === undefined ? {} : { health_checks: checks }) };
    expect(specOf([port])?.ports[0]?.healthPath).toBe(path);
  });

  it('has an address in common with other jobs of its deployment', () => {
    const deployment = { id: 'd', poster: 'poster' };
    expect(specOf([{ port: 80 }], { deployment_id: 'd' })?.deployment).toEqual({
      id: 'd',
      group: deploymentGroup(deployment),
      name: deploymentExposeId('train', deployment),
    });
  });
});

describe('the name of a port', () => {
  it('is secret where the operation is private, and the same for the same seed', () => {
    const naming = { offer, privateSeeds: { secret: 'seed' } };
    expect(portName({ id: 'secret', index: 0 }, 80, naming)).toBe(privateExposeId('seed', 80));
    expect(portName({ id: 'open', index: 0 }, 80, naming)).toBe(exposeId(0, 80, 'job'));
    expect(portName({ id: 'toString', index: 1 }, 80, naming)).toBe(exposeId(1, 80, 'job'));
  });
});
