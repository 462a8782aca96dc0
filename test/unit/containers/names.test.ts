import { describe, expect, it } from 'vitest';
import {
  containerName,
  guardName,
  kindOfPod,
  networkName,
  podId,
  runLabels,
  volumeName,
} from '../../../app/containers/names.ts';

const OWNER = { host: 'host-1', run: 'GhUwYx1234567890' };

describe('names in the engine', () => {
  it('are short and say whose they are', () => {
    expect(containerName(OWNER.run, 2)).toBe('offpeak-GhUwYx12-2');
    const pod = { host: 'host-1', pod: podId('open', OWNER.run) };
    expect(networkName(pod)).toMatch(/^offpeak-net-[0-9a-f]{16}$/);
    expect(guardName(pod, 3)).toMatch(/^offpeak-guard-[0-9a-f]{16}-3$/);
  });

  it('of volumes differ with host, run and volume, and are the same the next time', () => {
    const names = [
      volumeName(OWNER, 'data'),
      volumeName(OWNER, 'Data'),
      volumeName({ ...OWNER, host: 'host-2' }, 'data'),
      volumeName({ ...OWNER, run: 'GhUwYx1234567891' }, 'data'),
    ];
    expect(new Set(names).size).toBe(4);
    expect(volumeName(OWNER, 'data')).toBe(names[0]);
  });

  it('hold only letters that the engine takes, whatever the run is called', () => {
    expect(containerName('/../ü:x', 0)).toBe('offpeak-______x-0');
    expect(volumeName({ host: 'h', run: '../x' }, '/etc')).toMatch(/^offpeak-___x-[0-9a-f]{16}$/);
  });

  it('of networks tell whether they are closed', () => {
    expect(kindOfPod(podId('closed', OWNER.run))).toBe('closed');
    expect(kindOfPod(podId('open', 'closed.x'))).toBe('open');
  });

  it('go with labels of host and run, by which everything is found', () => {
    expect(runLabels(OWNER)).toEqual({ 'io.offpeak.host': 'host-1', 'io.offpeak.run': OWNER.run });
  });
});
