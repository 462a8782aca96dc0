import { describe, expect, it } from 'vitest';
import { waysOf } from '../../../../app/jobs/logistics/ways.ts';
import { confidential, oneOperation } from '../../../fakes/jobs/definitions.ts';

const JOB = 'JobAddress';

describe('the way of a definition and a result', () => {
  it('is IPFS where the document says nothing else, or nothing readable', () => {
    const documents = [
      JSON.stringify(oneOperation()),
      JSON.stringify(confidential({})),
      JSON.stringify(confidential({ send: { type: 'pigeon' } })),
      JSON.stringify(confidential([])),
      JSON.stringify({ logistics: { send: { type: 'api', args: { endpoint: 7 } } } }),
      '',
      'null',
      '{"logistics":',
      '['.repeat(100_000),
      '{"logistics":{"send":{"type":"api-listen"}},"logistics":{}}',
    ];
    for (const document of documents) {
      expect(waysOf(document, JOB), document).toEqual({ send: null, receive: null });
    }
  });

  it('is read of a document that is no definition', () => {
    const logistics = { send: { type: 'api-listen', args: {} }, receive: { type: 'api-listen' } };
    const way = { type: 'api-listen' };
    expect(waysOf(JSON.stringify(confidential(logistics)), JOB)).toEqual({
      send: way,
      receive: way,
    });
    expect(waysOf(JSON.stringify({ logistics: { receive: way } }), JOB).receive).toEqual(way);
  });

  it('names an address with the job filled in wherever it is asked for', () => {
    const endpoint = 'https://owner.test/%%global.job%%?job=%%global.job%%';
    const document = confidential({ send: { type: 'api', args: { endpoint } } });
    expect(waysOf(JSON.stringify(document), '$&$1').send).toEqual({
      type: 'api',
      address: 'https://owner.test/$&$1?job=$&$1',
    });
  });

  it('may name no address', () => {
    const document = JSON.stringify(confidential({ send: { type: 'api', args: {} } }));
    expect(waysOf(document, JOB).send).toEqual({ type: 'api', address: null });
  });
});
