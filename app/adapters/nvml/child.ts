/*
 * A process of its own around NVML: a call into a driver that hangs cannot be ended any other way. It
 * answers each message with one (NvmlAnswer) and keeps the library open in between.
 */
import { endWithParent } from '../../platform/process-tree.ts';
import { type NvmlAnswer, NvmlQuestion } from './answer.ts';
import { NvmlFault } from './device.ts';
import { NvmlLibrary } from './library.ts';
import { NvmlSession } from './session.ts';

let session: NvmlSession | null = null;

endWithParent();
process.on('message', (message) => process.send?.(read(NvmlQuestion.parse(message))));

function read({ processes }: NvmlQuestion): NvmlAnswer {
  try {
    if (session === null) {
      const library = NvmlLibrary.open();
      if (library === null) return { kind: 'no-library' };
      session = NvmlSession.open(library);
    }
    const answer = session.read();
    return processes ? { ...answer, processes: session.processes() } : answer;
  } catch (error) {
    if (!(error instanceof NvmlFault)) throw error;
    return { kind: 'failed', status: error.status };
  }
}
