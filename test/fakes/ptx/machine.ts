import { CardMemory } from './memory.ts';
import { multiplyMatrices } from './mma.ts';
import { OPERATIONS, u32, u64, type Value } from './operations.ts';
import { type Instruction, parsePtx, type PtxKernel } from './parse.ts';

/** A launch; all of it in one dimension. */
export interface Grid {
  readonly blocks: number;
  readonly threads: number;
}

/** A result with one bit turned: the `at`th time that a thread computes such an instruction. */
export interface PtxFault {
  readonly op: RegExp;
  readonly at: number;
  readonly bit: number;
}

const LANES = 32;

/**
 * Carries PTX out, instruction by instruction, as a card does: 32 threads in step, those with the lowest
 * place in the program first. It knows what our kernels use, and refuses everything else.
 */
export class PtxMachine {
  readonly memory = new CardMemory(1 << 20);
  readonly #kernels: ReadonlyMap<string, PtxKernel>;

  constructor(source: string) {
    this.#kernels = parsePtx(source);
  }

  launch(entry: string, grid: Grid, args: readonly Value[], fault: PtxFault | null = null): void {
    const kernel = this.#kernels.get(entry);
    if (kernel === undefined) throw new Error(`no kernel ${entry}`);
    const turn = { left: fault?.at ?? -1 };
    for (let block = 0; block < grid.blocks; block++) {
      for (let first = 0; first < grid.threads; first += LANES) {
        const lanes = Array.from({ length: LANES }, (_, i) => newLane(grid, block, first + i));
        new Warp({ kernel, memory: this.memory, lanes, args, fault, turn }).run();
      }
    }
  }
}

interface Lane {
  readonly registers: Map<string, Value>;
  /** The next instruction; beyond the last one it has ended. */
  next: number;
}

function newLane({ blocks, threads }: Grid, block: number, thread: number): Lane {
  const special: [string, number][] = [
    ['%tid.x', thread],
    ['%ctaid.x', block],
    ['%ntid.x', threads],
    ['%nctaid.x', blocks],
    ['%smid', block],
  ];
  return { registers: new Map(special), next: 0 };
}

interface WarpParts {
  readonly kernel: PtxKernel;
  readonly memory: CardMemory;
  readonly lanes: readonly Lane[];
  readonly args: readonly Value[];
  readonly fault: PtxFault | null;
  /** Counts down to the fault, over all warps. */
  readonly turn: { left: number };
}

class Warp {
  readonly #parts: WarpParts;

  constructor(parts: WarpParts) {
    this.#parts = parts;
  }

  run(): void {
    const { kernel, lanes } = this.#parts;
    const end = kernel.instructions.length;
    for (;;) {
      const place = Math.min(...lanes.map(({ next }) => next));
      const instruction = kernel.instructions[place];
      if (place >= end || instruction === undefined) return;
      const here = lanes.filter(({ next }) => next === place);
      const active = here.filter((lane) => holds(lane, instruction.guard));
      for (const lane of here) lane.next = place + 1;
      this.#do(instruction, active);
    }
  }

  #do(instruction: Instruction, active: readonly Lane[]): void {
    const { op, operands } = instruction;
    if (op.startsWith('mma.')) return this.#multiply(instruction, active);
    if (op.startsWith('shfl.')) return shuffle(instruction, active);
    for (const lane of active) {
      if (op === 'ret') lane.next = this.#parts.kernel.instructions.length;
      else if (op === 'bra') lane.next = this.#label(operands[0] ?? '');
      else if (/^(ld|st|atom|red)\./.test(op)) this.#touch(lane, instruction);
      else this.#compute(lane, instruction);
    }
  }

  #label(name: string): number {
    const place = this.#parts.kernel.labels.get(name);
    if (place === undefined) throw new Error(`no label ${name}`);
    return place;
  }

  #compute(lane: Lane, { op, operands }: Instruction): void {
    const [to = '', ...from] = operands;
    const packed = op === 'mov.b32' && from[0]?.startsWith('{') ? from[0] : null;
    if (packed !== null) {
      const [low = 0, high = 0] = listOf(packed).map((name) => u32(valueOf(lane, name)));
      lane.registers.set(to, ((high << 16) | low) >>> 0);
      return;
    }
    const work = OPERATIONS[op];
    if (work === undefined) throw new Error(`no such instruction here: ${op}`);
    const result = work(...from.map((name) => valueOf(lane, name)));
    lane.registers.set(to, typeof result === 'number' ? this.#spoil(op, result) : result);
  }

  #multiply({ op, operands }: Instruction, active: readonly Lane[]): void {
    if (active.length !== LANES) throw new Error(`${op} needs all 32 threads`);
    const [to = '', a = '', b = '', c = ''] = operands;
    const read = (list: string): number[][] =>
      active.map((lane) => listOf(list).map((name) => u32(valueOf(lane, name))));
    const sums = multiplyMatrices(op, { a: read(a), b: read(b), c: read(c) });
    active.forEach((lane, i) => {
      listOf(to).forEach((name, r) => {
        const sum = sums[i]?.[r] ?? 0;
        lane.registers.set(name, r === 0 ? this.#spoil(op, sum) : sum);
      });
    });
  }

  #spoil(op: string, result: number): number {
    const { fault, turn } = this.#parts;
    if (fault === null || !fault.op.test(op)) return result;
    turn.left -= 1;
    return turn.left === -1 ? (result ^ (1 << fault.bit)) >>> 0 : result;
  }

  #touch(lane: Lane, { op, operands }: Instruction): void {
    const { kernel, args, memory } = this.#parts;
    const [first = '', second = ''] = operands;
    if (op.startsWith('ld.param.')) {
      const index = kernel.parameters.indexOf(second.slice(1, -1));
      const value = args[index];
      if (value === undefined) throw new Error(`no argument ${second}`);
      lane.registers.set(first, value);
      return;
    }
    const at = (bytes: number, place: string): Buffer => memory.at(addressIn(lane, place), bytes);
    switch (op) {
      case 'ld.global.u32':
        lane.registers.set(first, at(4, second).readUInt32LE());
        return;
      case 'ld.global.v4.u32':
        listOf(first).forEach((name, i) =>
          lane.registers.set(name, at(16, second).readUInt32LE(4 * i)),
        );
        return;
      case 'st.global.u32':
        at(4, first).writeUInt32LE(u32(valueOf(lane, second)));
        return;
      case 'st.global.v4.u32':
        listOf(second).forEach((name, i) =>
          at(16, first).writeUInt32LE(u32(valueOf(lane, name)), 4 * i),
        );
        return;
      default:
        this.#change(lane, { op, operands, guard: null });
    }
  }

  // In one step, whatever the other threads do.
  #change(lane: Lane, { op, operands }: Instruction): void {
    const isAtom = op === 'atom.global.add.u32';
    const [place = '', by = ''] = isAtom ? operands.slice(1) : operands;
    if (op === 'red.global.min.u64') {
      const bytes = this.#parts.memory.at(addressIn(lane, place), 8);
      const [old, other] = [bytes.readBigUInt64LE(), u64(valueOf(lane, by))];
      bytes.writeBigUInt64LE(old < other ? old : other);
      return;
    }
    const bytes = this.#parts.memory.at(addressIn(lane, place), 4);
    const [old, other] = [bytes.readUInt32LE(), u32(valueOf(lane, by))];
    if (isAtom) lane.registers.set(operands[0] ?? '', old);
    if (isAtom || op === 'red.global.add.u32') bytes.writeUInt32LE((old + other) >>> 0);
    else if (op === 'red.global.or.b32') bytes.writeUInt32LE((old | other) >>> 0);
    else throw new Error(`no such instruction here: ${op}`);
  }
}

function shuffle({ op, operands }: Instruction, active: readonly Lane[]): void {
  if (op !== 'shfl.sync.bfly.b32' || active.length !== LANES) throw new Error(`${op} not so`);
  const [to = '', from = '', distance = ''] = operands;
  const values = active.map((lane) => valueOf(lane, from));
  active.forEach((lane, i) => {
    const other = i ^ u32(valueOf(lane, distance));
    lane.registers.set(to, values[other] ?? 0);
  });
}

function holds(lane: Lane, guard: string | null): boolean {
  return guard === null || lane.registers.get(guard) === true;
}

function listOf(braces: string): string[] {
  return braces
    .slice(1, -1)
    .split(',')
    .map((name) => name.trim());
}

function valueOf(lane: Lane, name: string): Value {
  if (name.startsWith('%')) {
    const value = lane.registers.get(name);
    if (value === undefined) throw new Error(`${name} was never written`);
    return value;
  }
  return name.startsWith('0f') ? Number.parseInt(name.slice(2), 16) : Number(name);
}

/** "[%rd3+16]" */
function addressIn(lane: Lane, place: string): bigint {
  const [name = '', offset = '0'] = place.slice(1, -1).split('+');
  return u64(valueOf(lane, name)) + BigInt(offset);
}
