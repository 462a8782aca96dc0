import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../app/jobs/ports.ts';
import { isImageReference, specFaults } from '../../../app/containers/spec-check.ts';

const GOOD: ContainerSpec = {
  run: 'run',
  job: 'job',
  operation: 'op',
  index: 0,
  image: 'docker.io/library/ubuntu:24.04',
  command: ['sh', '-c', 'echo "any $text; works"'],
  entrypoint: [],
  env: { NAME: 'any = value\nof two lines' },
  workDir: '/app',
  volumes: [{ name: 'any name', dest: '/root/.ollama/models' }],
  aliases: ['web-1', 'api.internal'],
  cards: [],
  ports: [],
  resources: [],
  readOnlyRoot: false,
};

describe('a spec', () => {
  it('is taken when it asks for nothing that could harm', () => {
    expect(specFaults(GOOD)).toEqual([]);
  });

  it.each<[string, Partial<ContainerSpec>]>([
    ['not the name of an image', { image: 'ubuntu; rm -rf /' }],
    ['zero byte', { command: ['a\0b'] }],
    ['zero byte', { env: { A: '\0' } }],
    ['no usable name', { env: { '': 'x' } }],
    ['no usable name', { env: { 'A=B': 'x' } }],
    ['relative', { workDir: 'app' }],
    ['where none may be', { volumes: [{ name: 'v', dest: '/' }] }],
    ['where none may be', { volumes: [{ name: 'v', dest: 'data' }] }],
    ['where none may be', { volumes: [{ name: 'v', dest: '/data/../etc' }] }],
    ['where none may be', { volumes: [{ name: 'v', dest: '/proc/sys' }] }],
    ['where none may be', { volumes: [{ name: 'v', dest: '//dev/' }] }],
    ['where none may be', { volumes: [{ name: 'v', dest: '/./sys' }] }],
    ['where none may be', { volumes: [{ name: 'v', dest: '' }] }],
    [
      'share one place',
      {
        volumes: [
          { name: 'a', dest: '/d' },
          { name: 'b', dest: '/d//' },
        ],
      },
    ],
    ['not a host name', { aliases: ['a b'] }],
    ['not a host name', { aliases: ['-x'] }],
  ])('is refused because of something %s: %o', (words, change) => {
    expect(specFaults({ ...GOOD, ...change })).toEqual([expect.stringContaining(words)]);
  });
});

describe('the name of an image', () => {
  it.each([
    'ubuntu',
    'ubuntu:24.04',
    'nvidia/cuda:12.4.0-base-ubuntu22.04',
    'ghcr.io/some-org/some_image:v1',
    'localhost:5000/a/b/c',
    'registry.example:443/x@sha256:' + 'a'.repeat(64),
    'x:1@sha256:' + '0'.repeat(64),
  ])('may be %s', (name) => expect(isImageReference(name)).toBe(true));

  it.each([
    '',
    ' ',
    'a b',
    '../../info',
    'a/../b',
    '/a',
    'a//b',
    'a?x=1',
    'a#b',
    'a:',
    'a\n',
    'a'.repeat(600),
  ])('may not be %j, which could become another request', (name) =>
    expect(isImageReference(name)).toBe(false),
  );
});
