/** What the attempts of a proof are aimed at. */
export interface ProofTargets {
  /** A word that only this computer knows; the listeners and files of the proof hold it. */
  readonly word: string;
  /** A file of the owner's, which holds the word. */
  readonly secretFile: string;
  /** `host:port` of a listener on this computer, under each of its addresses and as the gateway. */
  readonly computer: readonly string[];
  /** `host:port` of a listener in the container of another job. */
  readonly otherJob: readonly string[];
  readonly router: readonly string[];
}

/** One way in which a job might break out. */
export interface Attempt {
  readonly id: string;
  readonly question: string;
  /** Arguments of the probe (build/guard). */
  readonly probe: readonly string[];
  /** The rule that should stop it, in plain words. */
  readonly rule: string;
  /** Takes a volume that other jobs share. */
  readonly withSharedVolume?: true;
}

/** Where the proof mounts what other jobs would read, too. */
export const SHARED_FOLDER = '/shared';

const MIB = 1024 ** 2;
/** Cloud computers tell their secrets there. */
const METADATA = ['169.254.169.254:80', '100.100.100.200:80'];
/** RFC 1918 networks at addresses that are often somebody's, and other addresses of no Internet. */
const ELSEWHERE = [
  '10.0.0.1:80',
  '172.16.0.1:80',
  '192.168.0.1:80',
  '192.168.1.1:80',
  '100.64.0.1:80',
];
/** More than the limit of the proof, and too few to be ended for their memory instead. */
const MANY_PROCESSES = 1500;
const MUCH_MEMORY = 2048 * MIB;
const MUCH_DISK = 1024 * MIB;
/** Where engines listen, by their manuals. */
const ENGINE_SOCKETS = [
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/podman/podman.sock',
  '/run/containerd/containerd.sock',
];

const FILTER = 'the filter of its network';

/** All attempts of a proof, in the order in which people ask; `mask` is the rights a job keeps. */
export function attemptsAt(targets: ProofTargets, mask: string): readonly Attempt[] {
  return [...outwards(targets), ...inwards(mask)];
}

/** What a job might reach outside its container. */
function outwards({ word, secretFile, computer, otherJob, router }: ProofTargets): Attempt[] {
  return [
    {
      id: 'files',
      question: 'Can a job read your files?',
      probe: ['host-files', word, secretFile],
      rule: 'a disk of its own',
    },
    {
      id: 'computer',
      question: 'Can a job reach programs on this computer?',
      probe: ['tcp', 'programs on this computer', ...computer],
      rule: FILTER,
    },
    {
      id: 'router',
      question: 'Can a job reach your router or other devices at home?',
      probe: ['tcp', 'the router and the home network', ...router, ...ELSEWHERE],
      rule: FILTER,
    },
    {
      id: 'broadcast',
      question: 'Can a job shout into your home network?',
      probe: ['udp', word, '255.255.255.255:9', '224.0.0.251:5353', '239.255.255.250:1900'],
      rule: FILTER,
    },
    {
      id: 'other-jobs',
      question: 'Can a job reach another job?',
      probe: ['tcp', 'another job', ...otherJob],
      rule: FILTER,
    },
    {
      id: 'metadata',
      question: 'Can a job read the secrets of a cloud computer?',
      probe: ['tcp', 'the metadata addresses of clouds', ...METADATA],
      rule: FILTER,
    },
  ];
}

/** What a job might do from inside. */
function inwards(mask: string): Attempt[] {
  return [
    {
      id: 'engine',
      question: 'Can a job command the container engine?',
      probe: ['engine-socket', ...ENGINE_SOCKETS],
      rule: 'a container without the socket of the engine',
    },
    {
      id: 'rights',
      question: 'Can a job gain rights over this computer?',
      probe: ['capabilities', mask],
      rule: 'dropped capabilities and no-new-privileges',
    },
    {
      id: 'hypervisor',
      question: 'Can a job speak past all networks to the computer beneath a virtual machine?',
      probe: ['hypervisor'],
      rule: 'the filter of system calls',
    },
    {
      id: 'processes',
      question: 'Can a job fill this computer with processes?',
      probe: ['fork-bomb', String(MANY_PROCESSES)],
      rule: 'the limit on processes',
    },
    {
      id: 'memory',
      question: 'Can a job take all memory?',
      probe: ['memory', String(MUCH_MEMORY)],
      rule: 'the limit on memory',
    },
    {
      id: 'disk',
      question: 'Can a job fill your disk?',
      probe: ['disk', '/filler', String(MUCH_DISK), '--slow'],
      rule: 'the limit on its disk',
    },
    {
      id: 'shared-cache',
      question: 'Can a job change a model that other jobs use?',
      probe: ['write', `${SHARED_FOLDER}/model`],
      rule: 'a volume for reading only',
      withSharedVolume: true,
    },
    {
      id: 'card',
      question: 'Can a job use a card that was not lent to it?',
      probe: ['gpu'],
      rule: 'a container without a card',
    },
  ];
}
