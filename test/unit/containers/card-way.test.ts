import { describe, expect, it } from 'vitest';
import { Info, Version } from '../../../app/adapters/docker/answers.ts';
import { factsOf } from '../../../app/adapters/docker/facts.ts';

const INFO = { MemTotal: 25e9, NCPU: 2 };
const DOCKER = { Version: '28.2.0', ApiVersion: '1.50', Components: [{ Name: 'Engine' }] };
const UUID = { ID: 'nvidia.com/gpu=GPU-6a355609-acfb-7336-55f8-da85ddace403' };
const INDEX = { ID: 'nvidia.com/gpu=0' };

describe('an engine is asked for cards', () => {
  it.each([
    ['by CDI where it lists them by id', [INDEX, UUID], {}, 'cdi'],
    ['by CDI before the toolkit', [UUID], { nvidia: {} }, 'cdi'],
    ['by the toolkit where the list has numbers alone', [INDEX], { nvidia: {} }, 'nvidia'],
    ['by CDI where there is nothing else', [INDEX], {}, 'cdi'],
    ['by the toolkit where there is no list', null, { runc: {}, nvidia: {} }, 'nvidia'],
    ['in no known way without both', [{ ID: 'vendor.com/net=eth0' }], { runc: {} }, null],
  ])('%s', (_, DiscoveredDevices, Runtimes, way) => {
    const info = Info.parse({ ...INFO, DiscoveredDevices, Runtimes });
    expect(factsOf(Version.parse(DOCKER), info)).toMatchObject({
      cardsBy: way,
      ignoresCards: false,
    });
  });

  it.each([
    ['4.3.1', true],
    ['4.9.3', true],
    ['5.4.2', true],
    ['5.5.0-rc1', false],
    ['5.8.2', false],
    ['6.0.0-dev', false],
  ])('by CDI of Podman %s, which forgets them: %s', (version, ignoresCards) => {
    const podman = { ...DOCKER, Version: version, Components: [{ Name: 'Podman Engine' }] };
    const info = Info.parse({ ...INFO, Runtimes: { nvidia: {} } });
    expect(factsOf(Version.parse(podman), info)).toMatchObject({
      cardsBy: ignoresCards ? null : 'cdi',
      ignoresCards,
    });
  });
});
