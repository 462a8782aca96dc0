import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { OffpeakError } from '../../contract/errors.ts';
import { type Done, readAnswer } from './answers.ts';
import type { HelperCommand } from './ways.ts';

/** Somebody may have to find a password first. */
const CONSENT_MS = 180_000;
/** A setting takes the driver some milliseconds. */
const ANSWER_MS = 10_000;
/** After a minute without a line the helper puts everything back. */
const PING_MS = 20_000;
const CLOSING_MS = 5_000;
const GREETING = 'offpeak-power 1';
/** pkexec(1): dismissed, and not authorized. */
const REFUSED: readonly (number | null)[] = [126, 127];

export interface HelperOptions extends HelperCommand {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** It put back fans, or everything, by itself. */
  readonly onPutBack?: (what: 'fans' | 'all') => void;
  /** It is gone, and what it held is put back unless it was killed. */
  readonly onEnd?: () => void;
}

/** The running helper: one line asked, one line answered. What it changed goes back when it ends. */
export class PowerHelper {
  readonly #child: ChildProcess;
  readonly #options: HelperOptions;
  readonly #ping: NodeJS.Timeout;
  readonly #waiting: ((line: string | null) => void)[] = [];
  readonly ended: Promise<void>;

  private constructor(child: ChildProcess, options: HelperOptions) {
    this.#child = child;
    this.#options = options;
    this.#ping = setInterval(() => void this.ask('ping').catch(() => undefined), PING_MS);
    this.ended = new Promise((resolve) => {
      child.once('close', () => {
        clearInterval(this.#ping);
        for (const tell of this.#waiting.splice(0)) tell(null);
        options.onEnd?.();
        resolve();
      });
    });
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    child.stdin?.on('error', () => undefined);
  }

  /** Starts it and waits for the owner's consent. Rejects with `power.not-allowed` or `power.helper-failed`. */
  static async start(options: HelperOptions): Promise<PowerHelper> {
    const [program, ...args] = options.command;
    const child = spawn(program, args, {
      env: { ...options.env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const end = new Promise<never>((_, reject) => {
      child.on('error', () => reject(new OffpeakError('power.helper-failed')));
      child.on('exit', (code) => {
        const isRefused = options.way !== 'root' && REFUSED.includes(code);
        reject(new OffpeakError(isRefused ? 'power.not-allowed' : 'power.helper-failed'));
      });
    });
    // Whoever started it hears of its end elsewhere from then on.
    end.catch(() => undefined);
    const helper = new PowerHelper(child, options);
    const timer = setTimeout(() => child.kill(), CONSENT_MS);
    try {
      const greeting = await Promise.race([end, helper.#line()]);
      if (greeting === GREETING) return helper;
      if (greeting === null) return await end;
      readAnswer(greeting);
      throw new OffpeakError('power.helper-failed');
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends one line; resolves with what was done. Rejects with `power.*`. */
  async ask(line: string): Promise<Done> {
    const answer = this.#line();
    this.#child.stdin?.write(`${line}\n`);
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // One that hangs in the driver would answer the next question with this one's answer.
      this.#child.stdin?.destroy();
      reject(new OffpeakError('power.failed', { message: 'The driver does not answer.' }));
    }, ANSWER_MS);
    try {
      const text = await Promise.race([answer, promise]);
      if (text === null) throw new OffpeakError('power.helper-ended');
      return readAnswer(text);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Has everything put back, and ends it; one that hangs in the driver is not waited for longer than 5 s. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await Promise.race([this.ended, sleep(CLOSING_MS, undefined, { ref: false })]);
  }

  #line(): Promise<string | null> {
    if (this.#child.exitCode !== null) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #hear(line: string): void {
    if (line === 'fans-freed') this.#options.onPutBack?.('fans');
    else if (line === 'restored-all') this.#options.onPutBack?.('all');
    else this.#waiting.shift()?.(line);
  }
}
