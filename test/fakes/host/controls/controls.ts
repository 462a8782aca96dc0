import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Where a host is stopped: right before a step is written, or right after, before its effect. */
export const Trap = z.object({
  step: z.string(),
  side: z.enum(['before', 'after']),
  /** SIGKILL as a crash; SIGSTOP holds the host at this very point until SIGCONT. */
  signal: z.enum(['SIGKILL', 'SIGSTOP']),
});
export type Trap = z.infer<typeof Trap>;

/** By how much the host's clocks differ from the computer's, in ms. */
export const ClockShift = z.object({ wallMs: z.number(), steadyMs: z.number() });
export type ClockShift = z.infer<typeof ClockShift>;

/** Where a host finds its network, in the words of the practice world. */
export const WorldPlace = z.object({
  rpcUrl: z.string(),
  wsUrl: z.string(),
  contentUrl: z.string(),
});
export type WorldPlace = z.infer<typeof WorldPlace>;

/** A public address that is a server of the test, by its port on this computer. */
export const Internet = z.object({ address: z.string(), port: z.number() });
export type Internet = z.infer<typeof Internet>;

/** One side of the folder through which a test rules its host; each control is a small file. */
export class Controls {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** What is asked for under this name; null for nothing. */
  read<T>(name: ControlName, schema: z.ZodType<T>): T | null {
    const file = this.#file(name);
    return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
  }

  /** Whole at once: the other side may read at any moment. Null takes it back. */
  write(name: ControlName, value: object | null): void {
    const file = this.#file(name);
    if (value === null) return rmSync(file, { force: true });
    writeFileSync(`${file}.new`, JSON.stringify(value));
    renameSync(`${file}.new`, file);
  }

  /** Environment of a host that these controls rule. */
  get env(): Record<string, string> {
    return {
      NODE_OPTIONS: `--import=${import.meta.resolve('./preload.ts')}`,
      OFFPEAK_TEST_CONTROLS: this.folder,
    };
  }

  #file(name: ControlName): string {
    return join(this.folder, `${name}.json`);
  }
}

type ControlName = 'trap' | 'sprung' | 'clock' | 'clock-seen' | 'world' | 'internet';
