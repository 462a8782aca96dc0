/* Reads PTX as our generator writes it (NVIDIA, "Parallel Thread Execution ISA"); anything else is refused. */

export interface Instruction {
  /** With its type and modifiers: "add.u32". */
  readonly op: string;
  /** Whole, as written: "%r1", "0x1F", "[%rd3+16]", "{%r1, %r2}". */
  readonly operands: readonly string[];
  /** Only for the threads whose predicate holds. */
  readonly guard: string | null;
}

export interface PtxKernel {
  readonly parameters: readonly string[];
  readonly instructions: readonly Instruction[];
  /** Where each label stands. */
  readonly labels: ReadonlyMap<string, number>;
}

const ENTRY = /\.visible \.entry (\w+)\(([^)]*)\)\s*\{([\s\S]*?)\n\}/g;
/** Parts between commas; what stands in brackets is one part. */
const OPERAND = /\{[^}]*\}|\[[^\]]*\]|[^,\s]+/g;

/** The kernels of a module, by name. */
export function parsePtx(source: string): Map<string, PtxKernel> {
  const kernels = [...source.matchAll(ENTRY)].map(
    ([, name = '', parameters = '', body = '']) => [name, kernelOf(parameters, body)] as const,
  );
  return new Map(kernels);
}

function kernelOf(parameters: string, body: string): PtxKernel {
  const instructions: Instruction[] = [];
  const labels = new Map<string, number>();
  for (const text of body.split('\n')) {
    const line = text.trim();
    if (line === '' || line.startsWith('.reg')) continue;
    if (line.endsWith(':')) labels.set(line.slice(0, -1), instructions.length);
    else instructions.push(instructionOf(line));
  }
  const names = [...parameters.matchAll(/\.param \.\w+ (\w+)/g)].map(([, name = '']) => name);
  return { parameters: names, instructions, labels };
}

function instructionOf(line: string): Instruction {
  const parts = /^(?:@(%\w+) )?([\w.]+)(?: (.*))?;$/.exec(line);
  if (parts === null) throw new Error(`not an instruction: ${line}`);
  const [, guard = null, op = '', rest = ''] = parts;
  return { op, operands: rest.match(OPERAND) ?? [], guard };
}
