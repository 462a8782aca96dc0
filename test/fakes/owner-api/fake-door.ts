import type {
  AskAnswer,
  DoorLogPiece,
  JobDoor,
  JobEndpoints,
  JobInfo,
  JobOwner,
  KeptResult,
  OperationAsk,
  OperationStats,
  StatsWindow,
} from '../../../app/jobs/door-ports.ts';
import { Hatch } from '../../../app/jobs/logistics/hatch.ts';

const running = { train: 'running', serve: 'starting' };

/** How a job of two groups goes, in whose second one two operations run. */
const INFO: JobInfo = {
  status: 'running',
  startTime: 1_700_000_000_000,
  endTime: null,
  errors: [],
  opStates: [],
  secrets: {},
  operations: {
    all: { fetch: 'finished', ...running },
    currentGroup: 'work',
    currentGroupStatus: running,
  },
  groups: { 'get it': { fetch: 'finished' }, work: running },
};

/** One job in hand as a test says it is; the hatch for definitions and results is the real one. */
export class FakeDoor implements JobDoor {
  readonly hatch = new Hatch();
  readonly job: string;
  /** Null once the job is no longer in hand. */
  owner: JobOwner | null;
  info: JobInfo = INFO;
  definition: string | null = '{"version":"0.1"}';
  endpoints: JobEndpoints = { urls: {}, status: 'OFFLINE' };
  lines: DoorLogPiece['lines'] = [];
  samples: OperationStats[] = [];
  /** What `ask` and `stop` answer. */
  answer: AskAnswer = 'noted';
  /** While true, nothing can be written down. */
  diskFull = false;
  readonly asked: (OperationAsk | 'stop')[] = [];
  readonly windows: StatsWindow[] = [];
  /** From where the log was read, in order. */
  readonly reads: number[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(job: string, owner: JobOwner) {
    this.job = job;
    this.owner = owner;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  ownerOf(job: string): JobOwner | null {
    return job === this.job ? this.owner : null;
  }

  bringDefinition(job: string, definition: string): boolean {
    return this.hatch.bringDefinition(job, definition);
  }

  fetchResult(job: string): KeptResult | null {
    return this.hatch.fetchResult(job);
  }

  infoOf(job: string): JobInfo | null {
    return job === this.job ? this.info : null;
  }

  definitionOf(): string | null {
    return this.definition;
  }

  endpointsOf(): JobEndpoints {
    return this.endpoints;
  }

  ask(_job: string, ask: OperationAsk): AskAnswer {
    return this.#note(ask);
  }

  stop(): AskAnswer {
    return this.#note('stop');
  }

  /** As many lines as fit; an offset is the number of a line. */
  readLog(job: string, from: number, maxBytes: number): Promise<DoorLogPiece | null> {
    this.reads.push(from);
    if (job !== this.job) return Promise.resolve(null);
    let bytes = 0;
    const rest = this.lines.slice(from);
    const end = rest.findIndex(({ text }) => (bytes += text.length) > maxBytes);
    const lines = end === -1 ? rest : rest.slice(0, Math.max(1, end));
    const next = from + lines.length;
    return Promise.resolve({ lines, next, complete: next === this.lines.length });
  }

  stats(_job: string, window: StatsWindow): Promise<readonly OperationStats[]> {
    this.windows.push(window);
    if (this.diskFull) return Promise.reject(new Error('/home/owner: no engine'));
    const { start, end } = window;
    return Promise.resolve(this.samples.filter(({ at }) => at >= start && at <= end));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells everybody who follows the job. */
  change(info: Partial<JobInfo> = {}): void {
    this.info = { ...this.info, ...info };
    for (const listener of this.#listeners) listener();
  }

  print(operation: string, text: string, stream: 'stdout' | 'stderr' | 'host' = 'stdout'): void {
    const group = operation === 'fetch' ? 'get it' : 'work';
    this.lines = [...this.lines, { at: 1_700_000_001_000, operation, group, stream, text }];
    this.change();
  }

  /** The run has its receipt. */
  close(): void {
    this.owner = null;
    this.change();
  }

  #note(ask: OperationAsk | 'stop'): AskAnswer {
    if (this.diskFull) throw new Error('ENOSPC: no space left on device, /home/owner');
    if (this.answer === 'noted') this.asked.push(ask);
    return this.answer;
  }
}
