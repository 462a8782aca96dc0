import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFiles } from '../../../build/model/image-archive.ts';
import { readShippedArchive } from './shipped.ts';

const runsHere = process.platform === 'linux' && process.arch === 'x64';
const reason = runsHere ? '' : ' (skipped: the programs are for Linux on x86-64)';
const room = mkdtempSync(join(tmpdir(), 'offpeak-guard-test-'));

beforeAll(async () => {
  for (const [name, program] of await readImageFiles(readShippedArchive())) {
    writeFileSync(join(room, name), program);
    chmodSync(join(room, name), 0o755);
  }
});
afterAll(() => rmSync(room, { recursive: true }));

describe.skipIf(!runsHere)(`the guard${reason}`, () => {
  it.each([
    [['--frob'], /^not an option: --frob; usage: guard/],
    [['8.8.8.8'], /^not an option: 8\.8\.8\.8/],
    [['--deny'], /^--deny needs a value/],
    [['--gateway', 'router'], /^not an IPv4 address: router/],
    [['--deny', '1.2.3.4/33'], /^not an IPv4 network/],
    [['--deny', '1.2.3.4/08'], /^not an IPv4 network/],
    [['--deny', '1.2.3.4/'], /^not an IPv4 network/],
    [['--deny', '1.2.3.4/-1'], /^not an IPv4 network/],
    [['--deny', '1.2.3.4/8 '], /^not an IPv4 network/],
    [['--deny', '1.2.3.256'], /^not an IPv4 network/],
    [['--deny', '01.2.3.4'], /^not an IPv4 network/],
    [['--deny', '1.2.3'], /^not an IPv4 network/],
    [['--deny', ''], /^not an IPv4 network/],
    [['--deny', '2001:db8::/32'], /IPv6 is refused as a whole/],
    [['--deny', 'x'.repeat(5000)], /^not an IPv4 network: x{60} /],
    [['--deny-more'], /^--deny-more needs a network/],
    [['--deny-more', '--deny', '8.8.8.8'], /^not an IPv4 network: --deny/],
    [['--to', '1.2.3.4:80'], /need --only/],
    [['--sibling', '80'], /need --only/],
    [['--only', '--to', '1.2.3.4'], /^not an IPv4 address with a port/],
    [['--only', '--to', 'router:80'], /^not an IPv4 address with a port/],
    [['--only', '--to', '1.2.3.4:0'], /^not an IPv4 address with a port/],
    [['--only', '--to', '1.2.3.4:65536'], /^not an IPv4 address with a port/],
    [['--only', '--sibling', '-1'], /^not a port/],
    [['--only', '--sibling', '080'], /^not a port/],
    [['--only', '--sibling'], /^--sibling needs a value/],
    [Array.from({ length: 129 }, () => ['--deny', '8.8.8.8']).flat(), /^more than 128 networks/],
    [Array.from({ length: 17 }, () => ['--gateway', '8.8.8.8']).flat(), /^more than 16 gateways/],
    [
      ['--only', ...Array.from({ length: 65 }, () => ['--sibling', '80']).flat()],
      /^more than 64 ports/,
    ],
  ])('calls %j bad usage and says why', (options, detail) => {
    const { code, answer } = start('guard', options);
    expect(answer).toEqual({
      ready: false,
      problem: 'bad-usage',
      detail: expect.stringMatching(detail) as unknown,
    });
    expect(code).toBe(2);
  });

  it('does not cut this computer off when it is started outside of a container', () => {
    const { code, answer } = start('guard', []);
    expect(answer).toMatchObject({ ready: false });
    // With more interfaces than a container ever has, it stops there already.
    expect(JSON.stringify(answer)).toMatch(/not-first-process|strange-network/);
    expect(code).toBe(1);
  });
});

describe.skipIf(!runsHere)(`the relay${reason}`, () => {
  const token = 'a'.repeat(64);

  it.each([
    [{}, ['9000', '7000'], 'bad-token'],
    [{ RELAY_TOKEN: 'short' }, ['9000', '7000'], 'bad-token'],
    [{ RELAY_TOKEN: token }, [], 'usage: relay LENDERS_PORT PORT...'],
    [{ RELAY_TOKEN: token }, ['9000'], 'usage: relay LENDERS_PORT PORT...'],
    [{ RELAY_TOKEN: token }, ['0', '7000'], 'not a port'],
    [{ RELAY_TOKEN: token }, ['65536', '7000'], 'not a port'],
  ])('does not start with %j %j and says why', (env, options, problem) => {
    const { code, answer } = start('relay', options, env);
    expect(answer).toEqual({ ready: false, problem });
    expect(code).toBe(1);
  });
});

describe.skipIf(!runsHere)(`the probe${reason}`, () => {
  it.each([
    [[], 'no such attempt'],
    [['fly'], 'no such attempt'],
    [['tcp', 'label'], 'usage: probe tcp LABEL HOST:PORT...'],
    [['tcp', 'label', 'example.org:80'], 'not an address and port: example.org:80'],
    [['tcp', 'label', '1.2.3.4'], 'not an address and port: 1.2.3.4'],
    [['tcp', 'label', '1.2.3.4:0'], 'not an address and port: 1.2.3.4:0'],
    [['tcp', 'label', '1.2.3.4:65536'], 'not an address and port: 1.2.3.4:65536'],
    [['tcp', 'label', ':80'], 'not an address and port: :80'],
    [['tcp', 'label', '[::1]'], 'not an address and port: [::1]'],
    [['tcp', 'a', ...Array.from({ length: 25 }, () => '1.1.1.1:1')], 'more than 24 targets'],
    [['udp', 'label', 'nonce'], 'usage: probe udp LABEL NONCE HOST:PORT...'],
    [['listen', '70000', 'word'], 'usage: probe listen PORT WORD'],
    [['host-files', 'short', '/x'], 'a nonce of 8 bytes or more and a path are needed'],
    [['host-files', 'long-enough', 'x'], 'not an absolute path: x'],
    [['fork-bomb', '0'], 'usage: probe fork-bomb LIMIT'],
    [['fork-bomb', '-1'], 'usage: probe fork-bomb LIMIT'],
    [['memory', '1e9'], 'usage: probe memory BYTES'],
    [['disk', '/x', '1', '--fast'], 'usage: probe disk PATH BYTES [--slow]'],
    [['capabilities', 'none'], 'usage: probe capabilities MASK'],
    [['write', '/no/such/place'], '/no/such/place: ENOENT'],
    [['gpu', 'all'], 'usage: probe gpu '],
  ])('cannot try %j and says why', (options, error) => {
    const { code, answer } = start('probe', options);
    expect(answer).toEqual({ attempt: options[0] ?? '', error });
    expect(code).toBe(3);
  });
});

function start(
  program: string,
  options: string[],
  env: Record<string, string> = {},
): { code: number | null; answer: unknown } {
  const { status, stdout } = spawnSync(join(room, program), options, { encoding: 'utf8', env });
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return { code: status, answer: JSON.parse(stdout) };
}
