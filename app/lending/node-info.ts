import { statfsSync } from 'node:fs';
import { cpus, release, totalmem, type as systemType } from 'node:os';
import type { CardReport } from '../contract/gpu.ts';
import type { Phase } from '../contract/phase.ts';
import type { Readiness } from '../contract/readiness.ts';
import type { NodeInfo } from '../owner-api/node-info.ts';

/** What is told to everybody who asks what this host is. */
export interface NodeFacts {
  readonly phase: Phase;
  readonly version: string;
  /** The folder whose disk jobs use. */
  readonly home: string;
  /** The card of this identity, as its driver describes it; null while there is none. */
  readonly card: CardReport['cards'][number] | null;
  /** The last measurement of the connection. */
  readonly speed: Readiness['speed']['last'];
}

const MB = 1_000_000;

/** This computer in the network's shape; nothing of it names the computer or where it is. */
export function nodeInfoOf({ phase, version, home, card, speed }: NodeFacts): NodeInfo {
  const processors = cpus();
  return {
    state: phase,
    info: {
      gpus: { devices: card === null ? [] : [deviceOf(card)] },
      cpu: { model: processors[0]?.model ?? 'unknown', logical_cores: processors.length },
      ram_mb: Math.round(totalmem() / MB),
      disk_gb: Math.round(diskBytes(home) / (1000 * MB)),
      ...(speed === null
        ? {}
        : {
            network: {
              ping_ms: Math.round(speed.latencyMs),
              download_mbps: Math.round(speed.downloadBitsPerSecond / MB),
              upload_mbps: Math.round(speed.uploadBitsPerSecond / MB),
            },
          }),
      system_environment: `${systemType()} ${release()}`,
      version,
    },
    // What lies in the caches says what else this computer has worked for: that is nobody's.
    resources: { images: [], volumes: [] },
  };
}

function deviceOf(card: CardReport['cards'][number]) {
  return {
    index: card.index,
    name: card.name,
    uuid: card.uuid ?? '',
    memory: { total_mb: Math.round((card.memoryBytes ?? 0) / MB) },
  };
}

function diskBytes(home: string): number {
  try {
    const { blocks, bsize } = statfsSync(home);
    return blocks * bsize;
  } catch {
    return 0;
  }
}
