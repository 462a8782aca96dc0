import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import { match, routes } from '../../../app/owner-api/routes.ts';
import { Doorstep, NODE_INFO } from '../../fakes/owner-api/doorstep.ts';

let door: Doorstep;

beforeEach(async () => {
  door = new Doorstep();
  await door.open();
});
afterEach(() => door.close());

const owners = routes.filter(({ access }) => access === 'owner');
const pathOf = (path: string, job = door.job): string =>
  path.replace(':job', job).replace(':group', 'work').replace(':op', 'train');

describe('every route of an owner', () => {
  it.each(owners.map(({ method, path }) => [method, path] as const))(
    '%s %s is for the owner of the job alone',
    async (method, path) => {
      const url = pathOf(path);
      const headers = [
        {},
        { authorization: 'nonsense' },
        { authorization: await door.header({ by: throwawaySigner() }) },
        { authorization: await door.header({ message: 'NosanaApiAuthorization' }) },
        { authorization: await door.header({ time: null }) },
        { authorization: await door.header({ time: Date.now() - 2 * 3600_000 }) },
      ];
      for (const one of headers) {
        const { status, text } = await door.ask(url, { method, headers: one });
        expect(status).toBe(401);
        expect(text).not.toContain('running');
      }
      const authorization = await door.header();
      const stranger = pathOf(path, throwawaySigner().address);
      expect((await door.ask(stranger, { method, headers: { authorization } })).status).toBe(404);
      expect(door.door.asked).toEqual([]);
    },
  );

  it('is described, row by row, in the documentation', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/owner-api.md'), 'utf8');
    const described = text
      .split('\n')
      .filter((line) => /^\| `(GET|POST|DELETE) \//.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const written = described.map(([, route, who, does]) => ({ route, who, does }));
    const real = routes.map(({ method, path, access, does }) => ({
      route: `\`${method} ${path}\``,
      who: access === 'owner' ? "the job's owner" : 'everybody',
      does,
    }));
    expect(written).toEqual(real);
  });
});

describe('the way to a route', () => {
  const job = throwawaySigner().address;

  it('takes names from the path as they were written, however they are escaped', () => {
    const path = `/job/${job}/group/get%20it/operation/a%2Fb%E2%82%AC/stop?x=1`;
    expect(match('POST', path)).toMatchObject({ found: true, group: 'get it', operation: 'a/b€' });
  });

  it('knows the group that runs now from one of that name', () => {
    const found = match('GET', `/job/${job}/group/current`);
    expect(found).toMatchObject({ route: { path: '/job/:job/group/current' }, group: '' });
  });

  it.each([
    '/job/%%/group/x',
    `/job/${job}/group/%E0%A4%A`,
    `/job/${job}/group/a/b`,
    `/job/${job}/ops/`,
    `/job/${job}/ops/${'x'.repeat(1001)}`,
    `/job/${job}/group//stop`,
    '//node/info',
  ])('leads nowhere at %s', (path) => {
    expect(match('GET', path)).toMatchObject({ found: false, reply: { status: 404 } });
  });
});

describe('what everybody may know of the host', () => {
  it('is its cards, its size and its system, in the shape of the network', async () => {
    const { status, text } = await door.ask('/node/info');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(NODE_INFO);
  });

  it('is never its address, whoever puts it there', async () => {
    await door.close();
    const network = { ip: '203.0.113.7', ping_ms: 12 };
    const leaky = { ...NODE_INFO, ip: '203.0.113.7', info: { ...NODE_INFO.info, network } };
    door = new Doorstep({ nodeInfo: () => leaky });
    await door.open();
    const { text } = await door.ask('/node/info');
    expect(text).not.toContain('203.0.113.7');
    expect(JSON.parse(text)).toMatchObject({ info: { network: { ping_ms: 12 } } });
  });
});

describe('a way into a container', () => {
  it.each([
    ['POST', '/ssh/authorize'],
    ['GET', '/ssh/keys'],
    ['DELETE', '/ssh/keys'],
  ])('is not given to the owner either: %s %s', async (method, path) => {
    const { status, text } = await door.asOwner(path, { method });
    expect(status).toBe(501);
    expect(text).toContain('gives nobody a shell');
  });
});

describe('a client that offers to speak HTTP/2', () => {
  it('is answered as if it had not', async () => {
    const upgrade =
      'connection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAA';
    const heard = await door.raw(`GET / HTTP/1.1\r\nhost: x\r\n${upgrade}\r\n\r\n`, '', 'x');
    expect(heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(heard).toContain(door.host);
  });
});
