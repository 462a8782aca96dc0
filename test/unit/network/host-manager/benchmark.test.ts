import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../../app/jobs/definition/parse.ts';
import { withAuthorization } from '../../../../app/network/host-manager/benchmark.ts';

const definition = {
  id: 'benchmark-7',
  version: '0.1',
  type: 'container',
  meta: { trigger: 'benchmark' },
  ops: [
    { type: 'container/create-volume', id: 'data', args: { name: 'data' } },
    { type: 'container/run', id: 'one', args: { image: 'a/b:1', env: { A: '1' } } },
    { type: 'container/run', id: 'two', args: { image: 'a/b:1' } },
  ],
};

describe('a benchmark', () => {
  const bytes = withAuthorization(definition, 'header');

  it('gets our authorization in every container, beside what it has', () => {
    const { ops } = JSON.parse(Buffer.from(bytes).toString()) as typeof definition;
    expect(ops.map(({ args }) => args)).toEqual([
      { name: 'data' },
      { image: 'a/b:1', env: { A: '1', authorization: 'header' } },
      { image: 'a/b:1', env: { authorization: 'header' } },
    ]);
  });

  it('is a job definition as any other afterwards', () => {
    expect(parseDefinition(bytes)).toMatchObject({ valid: true });
  });

  it('changes nothing in what it was given', () => {
    expect(definition.ops[1]?.args).toEqual({ image: 'a/b:1', env: { A: '1' } });
  });

  it.each([null, {}, { ops: [] }, { ops: 'x' }, { ops: [{ id: 'no type' }] }])(
    'of which nothing is understood is refused: %j',
    (nonsense) => {
      expect(() => withAuthorization(nonsense, 'header')).toThrow(
        expect.objectContaining({ code: 'network.benchmark-invalid' }) as Error,
      );
    },
  );
});
