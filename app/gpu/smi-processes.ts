import type { CardProcess } from '../contract/gpu.ts';
import { childrenOf, textAt } from './xml-node.ts';

const MIB = 1024 ** 2;

/** The programs that use the cards, of a document of nvidia-smi. */
export function smiProcesses(log: unknown): CardProcess[] {
  const [root] = childrenOf(log, 'nvidia_smi_log');
  return childrenOf(root, 'gpu').flatMap((gpu, index) =>
    childrenOf(childrenOf(gpu, 'processes')[0], 'process_info').flatMap((node) =>
      processesOf(node, index),
    ),
  );
}

// "C+G" does both.
function processesOf(node: unknown, index: number): CardProcess[] {
  const pid = Number(textAt(node, ['pid']) ?? Number.NaN);
  if (!Number.isInteger(pid)) return [];
  const name = textAt(node, ['process_name']);
  const mebibytes = /^(\d+) MiB$/.exec(textAt(node, ['used_memory']) ?? '')?.[1];
  const memoryBytes = mebibytes === undefined ? null : Number(mebibytes) * MIB;
  const type = textAt(node, ['type']) ?? '';
  const kinds: CardProcess['kind'][] = [
    ...(type.includes('C') ? (['compute'] as const) : []),
    ...(type.includes('G') ? (['graphics'] as const) : []),
  ];
  return kinds.map((kind) => ({ index, pid, name, kind, memoryBytes }));
}
