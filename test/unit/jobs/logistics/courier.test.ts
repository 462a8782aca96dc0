import { afterEach, describe, expect, it } from 'vitest';
import { MAX_DOCUMENT_BYTES } from '../../../../app/jobs/definition/limits.ts';
import { webCourier, type Errand } from '../../../../app/jobs/logistics/courier.ts';
import { startPosterServer, type PosterServer } from '../../../fakes/jobs/poster-server.ts';

const servers: PosterServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function serve(behave: Parameters<typeof startPosterServer>[0]): Promise<PosterServer> {
  const server = await startPosterServer(behave);
  servers.push(server);
  return server;
}

function errand(address: string, signal = new AbortController().signal): Errand {
  return { address, authorization: 'job:signature:1', signal };
}

function containing(part: string): unknown {
  return expect.stringContaining(part);
}

/** The one that Offpeak uses. */
const courier = webCourier();
/** The same, allowed to reach the servers of this test. */
const local = webCourier({ allowHttp: true, allowLoopback: true });
const result = Buffer.from('{"status":"success"}');

describe('an address that a job names', () => {
  it('has to be encrypted', async () => {
    for (const address of ['http://owner.test/a', 'ftp://owner.test/a', 'file:///etc/passwd', '']) {
      expect(courier.objection(address)).toContain('https://');
      await expect(courier.fetch(errand(address))).rejects.toThrow(/https:\/\//);
      await expect(courier.deliver(errand(address), result)).rejects.toThrow(/https:\/\//);
    }
    expect(courier.objection('https://owner.test/a')).toBeNull();
  });

  it.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://2130706433/',
    'https://0/',
    'https://169.254.169.254/latest/meta-data/',
    'https://192.168.1.1/',
    'https://10.0.0.1:8006/',
    'https://[fd00::1]/',
  ])('is never one of this computer or its network: %s', async (address) => {
    const refused = {
      code: 'jobs.logistics-address',
      message: containing('no job may'),
    };
    await expect(courier.fetch(errand(address))).rejects.toMatchObject(refused);
    await expect(courier.deliver(errand(address), result)).rejects.toMatchObject(refused);
  });

  it('is not asked when its name leads into the home network', async () => {
    const resolve = () => Promise.resolve([{ address: '192.168.1.1', family: 4 }]);
    const asked = webCourier({ resolve }).fetch(errand('https://owner.test/a'));
    await expect(asked).rejects.toMatchObject({ code: 'jobs.logistics-address' });
  });

  it('does not lead into the home network by a redirect', async () => {
    for (const location of ['http://169.254.169.254/', 'http://192.168.1.1/', 'http://10.1.1.1/']) {
      const server = await serve((_asked, response) => response.writeHead(302, { location }).end());
      const asked = local.fetch(errand(`${server.url}/definition`));
      await expect(asked).rejects.toMatchObject({ code: 'jobs.logistics-address' });
    }
  });

  it('is not named in what is told of it: it may hold a secret', async () => {
    const server = await serve((_asked, response) => response.writeHead(500).end());
    for (const address of [`${server.url}/?key=secret`, 'http://192.168.1.1/?key=secret']) {
      const asked = local.fetch(errand(address));
      await expect(asked).rejects.toThrow(/^(?!.*(secret|127\.0|192\.168))/);
    }
  });
});

describe('a definition', () => {
  it('is fetched with the header of this host', async () => {
    const server = await serve((_asked, response) => response.end('{"version":"0.1"}'));
    const bytes = await local.fetch(errand(`${server.url}/job/definition?a=b`));
    expect(Buffer.from(bytes).toString()).toBe('{"version":"0.1"}');
    expect(server.asked[0]).toMatchObject({
      line: 'GET /job/definition?a=b',
      headers: { authorization: 'job:signature:1' },
    });
  });

  it('is fetched behind a redirect, but another host does not get the header', async () => {
    const other = await serve((_asked, response) => response.end('{}'));
    const first = await serve((asked, response) => {
      const location = asked.line === 'GET /a' ? '/b' : `${other.url}/c`;
      response.writeHead(307, { location }).end();
    });
    await local.fetch(errand(`${first.url}/a`));
    expect(first.asked.map(({ headers }) => headers.authorization)).toEqual([
      'job:signature:1',
      'job:signature:1',
    ]);
    expect(other.asked[0]?.headers.authorization).toBeUndefined();
  });

  it('that is too large is refused, with its end never read', async () => {
    const server = await serve((_asked, response) =>
      response.end('x'.repeat(2 * MAX_DOCUMENT_BYTES)),
    );
    const asked = local.fetch(errand(`${server.url}/a`));
    await expect(asked).rejects.toMatchObject({ code: 'jobs.logistics-address' });
  });

  it('that the server does not have may come later', async () => {
    const server = await serve((_asked, response) => response.writeHead(404).end('secret'));
    await expect(local.fetch(errand(`${server.url}/a`))).rejects.toMatchObject({
      code: 'jobs.logistics-failed',
      message: containing('404'),
    });
  });

  it('is given up when the run ends', async () => {
    const server = await serve(() => undefined);
    const controller = new AbortController();
    const asked = local.fetch(errand(`${server.url}/a`, controller.signal));
    setTimeout(() => controller.abort(), 50);
    await expect(asked).rejects.toThrow();
  });
});

describe('a result', () => {
  it('is sent as JSON with the header of this host', async () => {
    const server = await serve((_asked, response) => response.writeHead(201).end('thanks'));
    await local.deliver(errand(`${server.url}/results`), result);
    expect(server.asked[0]).toMatchObject({
      line: 'POST /results',
      headers: { authorization: 'job:signature:1', 'content-type': 'application/json' },
      body: '{"status":"success"}',
    });
  });

  it('is not sent on to another host', async () => {
    const other = await serve((_asked, response) => response.end());
    const location = `${other.url}/results`;
    const first = await serve((_asked, response) => response.writeHead(307, { location }).end());
    const sent = local.deliver(errand(`${first.url}/results`), result);
    await expect(sent).rejects.toMatchObject({ code: 'jobs.logistics-address' });
    expect(other.asked).toEqual([]);
  });

  it('is not delivered when the server says so', async () => {
    const server = await serve((_asked, response) => response.writeHead(503).end());
    const sent = local.deliver(errand(`${server.url}/results`), result);
    await expect(sent).rejects.toMatchObject({ code: 'jobs.logistics-failed' });
  });
});
