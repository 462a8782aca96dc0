/*
 * A process of its own around node-nvidia-smi: started for one reading, answers with one message
 * (SmiAnswer in nvidia-smi.ts) and is then killed by its parent.
 *
 * node-nvidia-smi runs `exec('nvidia-smi -q -x')` and parses the XML. Three things it does are not
 * good enough here, so this process hands it an `exec` of its own before loading it:
 * - any text on stderr counts as a failure, although the document on stdout may be complete;
 * - a non-zero exit drops stdout, the very place where nvidia-smi says what is wrong;
 * - more than 1 MiB of output is an error, which a computer with many cards and processes reaches.
 * There is no deadline here: the parent has it.
 */
import childProcess, { type ExecException } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { endWithParent } from '../platform/process-tree.ts';
import { splitOutput } from './nvidia-smi-output.ts';

const MAX_OUTPUT_BYTES = 16 * 1024 ** 2;

type Callback = (error: Error | null, stdout: string, stderr: string) => void;

const plainExec = childProcess.exec;
let words = '';
let exitCode: number | null = null;

// A parent that died must not leave a hanging nvidia-smi behind.
endWithParent();
Object.assign(childProcess, { exec: tolerantExec });
syncBuiltinESMExports();
const { default: nvidiaSmi } = await import('node-nvidia-smi');
nvidiaSmi((error, log) => {
  if (error) {
    const text = words || (error instanceof Error ? error.message : 'the XML cannot be read');
    process.send?.({ kind: 'failed', exitCode, text });
  } else {
    process.send?.({ kind: 'log', log, warning: words });
  }
});

function tolerantExec(command: string, callback: Callback): void {
  const options = { maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true };
  plainExec(command, options, (error, stdout, stderr) => {
    const output = splitOutput(stdout, stderr);
    words = output.words;
    exitCode = exitCodeOf(error);
    if (output.xml !== null) callback(null, output.xml, '');
    else callback(error ?? new Error('nvidia-smi wrote no complete XML'), '', '');
  });
}

// Null after a signal or when the output was too long (Node then puts a word where the code goes).
function exitCodeOf(error: ExecException | null): number | null {
  if (error === null) return 0;
  return typeof error.code === 'number' ? error.code : null;
}
