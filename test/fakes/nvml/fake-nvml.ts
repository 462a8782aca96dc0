import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What the fake answers: libnvidia-ml.c says what each line means. */
export type NvmlScript = Readonly<Record<string, string | number>>;

const GIB = 1024 ** 3;

/** A GeForce RTX 4090 at work, as card number `index`. */
export function fakeCard(index = 0, changes: NvmlScript = {}): NvmlScript {
  const card: NvmlScript = {
    Name: 'NVIDIA GeForce RTX 4090',
    UUID: `GPU-00000000-0000-0000-0000-00000000000${index}`,
    MemoryTotal: 24 * GIB,
    MemoryUsed: 2 * GIB,
    'Temperature.0': 67,
    'TemperatureThreshold.1': 97,
    'TemperatureThreshold.3': 90,
    PowerUsage: 311_400,
    EnforcedPowerLimit: 450_000,
    PowerManagementDefaultLimit: 450_000,
    'PowerLimits.0': 150_000,
    'PowerLimits.1': 600_000,
    TotalEnergyConsumption: 7_200_500,
    FanSpeed: 54,
    'UtilizationRates.0': 98,
    'UtilizationRates.1': 40,
    'ClockInfo.1': 2_745,
    'ClockInfo.2': 10_501,
    PerformanceState: 2,
    CurrentClocksEventReasons: 0x4,
    CurrPcieLinkGeneration: 4,
    CurrPcieLinkWidth: 16,
    MaxPcieLinkGeneration: 4,
    MaxPcieLinkWidth: 16,
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(card).map(([name, value]) => [`${index}.${name}`, value]),
  );
}

/** What a card says whose settings may be changed. */
export const CHANGEABLE: NvmlScript = {
  PowerManagementLimit: 450_000,
  SetPowerManagementLimit: 0,
  SetGpuLockedClocks: 0,
  SetFanSpeed: 0,
  'MaxClockInfo.0': 3_105,
  NumFans: 2,
  'FanRange.0': 30,
  'FanRange.1': 100,
};

/** A driver with these cards. */
export function fakeDriver(...cards: readonly NvmlScript[]): NvmlScript {
  const own = { Driver: '580.95.05', Cuda: 13_000, Count: cards.length };
  return Object.assign({}, own, ...cards) as NvmlScript;
}

/** Why there can be no fake library here; null where there can. */
export function whyNoFakeNvml(): string | null {
  if (process.platform !== 'linux') return 'the fake library is built for Linux';
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no C compiler to build the fake library with';
  }
}

/** A built fake; `env` is that of a process that finds it. */
export class FakeNvml {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offpeak-fake-nvml-'));
  readonly #script = join(this.#folder, 'script');
  readonly #calls = join(this.#folder, 'calls');

  constructor(script: NvmlScript) {
    const source = join(import.meta.dirname, 'libnvidia-ml.c');
    const library = join(this.#folder, 'libnvidia-ml.so.1');
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-Wall', '-Werror', '-o', library, source]);
    this.env = {
      ...process.env,
      LD_LIBRARY_PATH: [this.#folder, process.env['LD_LIBRARY_PATH'] ?? ''].join(delimiter),
      FAKE_NVML: this.#script,
      FAKE_NVML_CALLS: this.#calls,
    };
    this.tell(script);
  }

  /** Answers like this from now on. */
  tell(script: NvmlScript): void {
    const lines = Object.entries(script).map(([key, value]) => `${key} ${value}\n`);
    writeFileSync(`${this.#script}.new`, lines.join(''));
    renameSync(`${this.#script}.new`, this.#script);
  }

  /** What stands there now under a key such as `0.PowerManagementLimit`; changes are written there. */
  value(key: string): number | null {
    const line = readFileSync(this.#script, 'utf8')
      .split('\n')
      .find((one) => one.startsWith(`${key} `));
    return line === undefined ? null : Number(line.slice(key.length + 1));
  }

  /** How often a function was called since the last time this was asked. */
  calls(name: string): number {
    const text = existsSync(this.#calls) ? readFileSync(this.#calls, 'utf8') : '';
    rmSync(this.#calls, { force: true });
    return text.split('\n').filter((line) => line === name).length;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
