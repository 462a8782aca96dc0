import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileProgram, programSource } from '../../../build/guard/compile.ts';
import { readToolchain } from '../../../build/model/compile.ts';
import { buildArchive } from '../../../build/model/image-archive.ts';
import {
  behind,
  docker,
  GUARD_IMAGE,
  insist,
  loadGuardImage,
  LOCKED,
  newName,
  probe,
  readAnswer,
  results,
  Things,
  whyNoGuard,
} from './guard-kit.ts';

const reason = await whyNoGuard();

describe.skipIf(reason !== null)(`a guard${reason === null ? '' : ` (${reason})`}`, () => {
  const things = new Things();
  let network: string;
  /** The engine lets nothing out of it: what a rule lets go dies on the bridge, whatever its address. */
  let closed: string;

  beforeAll(async () => {
    await loadGuardImage();
    network = await things.network();
    closed = await things.network('--internal');
  });
  afterAll(() => things.remove());

  it('says no-net-admin when it has no right over its network', async () => {
    const { name, answer } = await things.guard(network, { rights: [] });
    expect(answer).toMatchObject({ ready: false, problem: 'no-net-admin' });
    expect(await endOf(name)).toBe('exited 1');
  });

  it('does not start with a denial that would cut siblings off, and takes none later', async () => {
    const subnet = await subnetOf(network);
    const { name, answer } = await things.guard(network, { asked: ['--deny', subnet] });
    expect(answer).toEqual({
      ready: false,
      problem: 'bad-usage',
      detail: `denying ${subnet} would deny the run's own network ${subnet}`,
    });
    expect(await endOf(name)).toBe('exited 2');

    const guard = await things.guard(network);
    const late = await docker('exec', guard.name, '/guard', '--deny-more', '8.8.8.8', '0.0.0.0/0');
    expect(late.code).toBe(2);
    expect(readAnswer(late.out)).toMatchObject({ ready: false, problem: 'bad-usage' });
  });

  it('refuses every special range from its first address to its last, and nothing beside them', async () => {
    const guard = await things.guard(closed);
    expect(guard.answer).toEqual({ ready: true, refuses: 'reject' });
    // The second word, past the routes, of which newer engines give such a network none.
    expect(await wordsOf(guard, SPECIAL)).toEqual(
      Object.fromEntries(SPECIAL.map((a) => [a, 'EPERM'])),
    );
    expect(await wordsOf(guard, BESIDE)).toEqual(
      Object.fromEntries(BESIDE.map((a) => [a, 'sent'])),
    );
  });

  it('treats as a gateway what it is told to, and needs none', async () => {
    const sibling = await things.listener('sibling', '--network', network);
    const target = `${sibling.address}:7777`;
    const told = await things.guard(network, { asked: ['--gateway', sibling.address] });
    const report = await probe(behind(told), 'tcp', 'told', target);
    expect(results(report)).toEqual({ [target]: 'ECONNREFUSED ECONNREFUSED' });

    const alone = await things.guard('none');
    expect(alone.answer).toEqual({ ready: true, refuses: 'reject' });
    const lost = await things.guard('none', { asked: ['--dns-gateway'] });
    expect(lost.answer).toMatchObject({ ready: false, problem: 'no-gateway' });
  });

  it('does not replace a filter that is there, and adds to none that is not', async () => {
    const first = await things.guard(network);
    const second = await things.guard(`container:${first.name}`);
    expect(second.answer).toMatchObject({ ready: false, problem: 'already-guarded' });

    const late = ['--network', network, ...LOCKED, '--cap-add', 'NET_ADMIN', GUARD_IMAGE];
    const { code, out } = await docker(
      'run',
      '--rm',
      '--name',
      newName('box'),
      ...late,
      '--deny-more',
      '8.8.8.8',
    );
    expect(code).toBe(1);
    expect(readAnswer(out)).toMatchObject({ ready: false, problem: 'rules-missing' });
  });

  it('keeps no right for itself', async () => {
    const guard = await things.guard(network);
    const inside = [
      '--network',
      'none',
      '--pid',
      `container:${guard.name}`,
      ...LOCKED,
      '--entrypoint',
      '/probe',
    ];
    const spy = ['run', '--rm', '--name', newName('spy'), ...inside, GUARD_IMAGE];
    // It is the first process here, and a probe that may follow it would gain what it has.
    expect(await insist(...spy, 'capabilities', '0')).toContain('"ptrace":"EPERM"');
    const pid = await insist('inspect', '--format', '{{.State.Pid}}', guard.name);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^CapPrm:\t0{16}$/m);
    expect(status).toMatch(/^CapEff:\t0{16}$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it('goes at once when it is told to, with exit code 0', async () => {
    const { name } = await things.guard(network);
    const start = Date.now();
    await insist('stop', '--time', '30', name);
    expect(Date.now() - start).toBeLessThan(10_000);
    expect(await endOf(name)).toBe('exited 0');
  });

  it('leaves its filter to those who are in the namespace when it is gone', async () => {
    const guard = await things.guard(network);
    const job = ['--entrypoint', '/probe', GUARD_IMAGE, 'listen', '7777', 'job'];
    const name = await things.container(...behind(guard), ...job);
    await insist('rm', '--force', guard.name);
    const report = await insist('exec', name, '/probe', 'udp', 'alone', 'nonce', '10.0.0.1:9');
    expect(report).toContain('"reached":false');
  });

  describe('in a kernel that lacks a part', () => {
    const noCompiler = readToolchain()?.machine.startsWith('x86_64') === true ? '' : '(no cc here)';

    it.skipIf(noCompiler !== '')(`drops where it cannot reject ${noCompiler}`, async () => {
      // An expression by a name that no kernel knows.
      const image = await changed(things, 'expressions.c', '"reject"', '"rejekt"');
      const { name, answer } = await things.guard(network, { image });
      expect(answer).toEqual({ ready: true, refuses: 'drop' });
      const report = await probe(behind({ name }), 'tcp', 'a', 'gateway:22', '10.0.0.1:80');
      expect(report).toMatchObject({ reached: false, stopped: 'ETIMEDOUT' });
      const more = await insist('exec', name, '/guard', '--deny-more', '8.8.8.8');
      expect(readAnswer(more)).toEqual({ ready: true, refuses: 'drop' });
    });

    it.skipIf(noCompiler !== '')(`says no-nf-tables without them ${noCompiler}`, async () => {
      // A netlink protocol that no kernel has.
      const image = await changed(things, 'rules.c', 'NETLINK_NETFILTER', '31');
      const { answer } = await things.guard(network, { image });
      expect(answer).toMatchObject({ ready: false, problem: 'no-nf-tables' });
    });
  });

  async function wordsOf(
    guard: { name: string },
    addresses: string[],
  ): Promise<Record<string, string>> {
    const words: Record<string, string> = {};
    for (let i = 0; i < addresses.length; i += 20) {
      const targets = addresses.slice(i, i + 20).map((address) => `${address}:9`);
      const report = await probe(behind(guard), 'udp', 'edges', 'nonce', ...targets);
      for (const [to, result] of Object.entries(results(report))) {
        words[to.slice(0, -':9'.length)] = result.split(' ')[1] ?? '';
      }
    }
    return words;
  }
});

/** First and last addresses of the blocks of the IANA registry and of multicast. */
const SPECIAL = [
  ...['0.0.0.1', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
  ...['169.254.0.0', '169.254.255.255', '172.31.255.255', '192.0.0.0', '192.0.0.255'],
  ...['192.0.2.0', '192.0.2.255', '192.88.99.0', '192.88.99.255', '192.168.0.0', '192.168.255.255'],
  ...['198.18.0.0', '198.19.255.255', '198.51.100.0', '198.51.100.255', '203.0.113.0'],
  ...['203.0.113.255', '224.0.0.0', '239.255.255.255', '240.0.0.0', '255.255.255.254'],
  ...['255.255.255.255', '192.31.196.1', '192.52.193.1', '192.175.48.1', '168.63.129.16'],
];

/** Addresses that touch them from outside. */
const BESIDE = [
  ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0'],
  ...[
    '191.255.255.255',
    '192.0.1.0',
    '192.0.3.0',
    '192.88.98.255',
    '192.167.255.255',
    '192.169.0.0',
  ],
  ...['198.17.255.255', '198.20.0.0', '198.51.99.255', '203.0.112.255', '203.0.114.0'],
  ...['223.255.255.255', '168.63.129.17'],
];

async function endOf(name: string): Promise<string> {
  await insist('wait', name);
  return insist('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', name);
}

function subnetOf(network: string): Promise<string> {
  return insist('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Subnet}}', network);
}

/** Builds a guard with one word of its source changed, as it would meet another kernel. */
async function changed(things: Things, file: string, from: string, to: string): Promise<string> {
  const room = mkdtempSync(join(tmpdir(), 'offpeak-guard-changed-'));
  try {
    cpSync(programSource, room, { recursive: true });
    const path = join(room, 'guard', file);
    const source = readFileSync(path, 'utf8');
    expect(source).toContain(from);
    writeFileSync(path, source.replaceAll(from, to));
    const content = compileProgram('guard', room);
    const reference = `${newName('image')}:1`;
    const { archive } = await buildArchive({
      reference,
      layers: [{ what: 'the guard', file: { name: 'guard', mode: 0o555, content } }],
      config: { Entrypoint: ['/guard'] },
      maker: 'a test',
    });
    writeFileSync(join(room, 'image.tar'), archive);
    await things.image(reference, join(room, 'image.tar'));
    return reference;
  } finally {
    rmSync(room, { recursive: true });
  }
}
