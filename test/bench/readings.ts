import { NvmlReader } from '../../app/adapters/nvml/reader.ts';
import { NvmlLibrary } from '../../app/adapters/nvml/library.ts';
import { NvmlSession } from '../../app/adapters/nvml/session.ts';
import { queryNvidiaSmi } from '../../app/adapters/nvidia-smi.ts';
import { fakeCard, fakeDriver, FakeNvml, whyNoFakeNvml } from '../fakes/nvml/fake-nvml.ts';
import { envWithFake } from '../fakes/nvidia-smi/fake-nvidia-smi.ts';
import { type Bench, median, times } from './figures.ts';

/**
 * A reading of the cards through NVML against one through nvidia-smi. With the real driver where there
 * is one; else with fakes of both, whose answers cost next to nothing: then it is Offpeak's own part.
 */
export async function readings(bench: Bench): Promise<void> {
  const library = NvmlLibrary.open();
  if (library !== null) {
    await measure(bench, 'readings', { env: process.env, smiEnv: process.env });
    await measureCalls(bench, library);
    return;
  }
  const problem = whyNoFakeNvml();
  if (problem !== null) {
    bench.say(`readings: left out, ${problem}`);
    return;
  }
  bench.say('readings: no NVIDIA driver here, so the calls into it are left out');
  const fake = new FakeNvml(fakeDriver(fakeCard()));
  await measure(bench, 'readings, fake driver', { env: fake.env, smiEnv: envWithFake('ok') });
  fake.remove();
}

type Env = Readonly<Record<string, string | undefined>>;

async function measure(
  bench: Bench,
  name: string,
  { env, smiEnv }: { env: Env; smiEnv: Env },
): Promise<void> {
  const rounds = bench.quick ? 2 : 30;
  const { signal } = new AbortController();
  const reader = new NvmlReader({ env });
  await reader.read({ keep: true, signal });
  const kept = median(await times(rounds, () => reader.read({ keep: true, signal })));
  const anew = median(await times(rounds, () => reader.read({ keep: false, signal })));
  reader.stop();
  const smi = median(await times(bench.quick ? 1 : 7, () => queryNvidiaSmi({ env: smiEnv })));
  bench.note(`${name}: one more, cards held open`, kept, 'ms', { baseline: smi });
  bench.note(`${name}: one by itself`, anew, 'ms', { baseline: smi });
}

async function measureCalls(bench: Bench, library: NvmlLibrary): Promise<void> {
  const rounds = bench.quick ? 2 : 300;
  const session = NvmlSession.open(library);
  const before = process.cpuUsage();
  const inside = median(await times(rounds, () => session.read()));
  const { user, system } = process.cpuUsage(before);
  session.close();
  bench.note('readings: the calls alone', inside * 1000, 'µs');
  bench.note('readings: processor for a sample', (user + system) / (rounds + 1), 'µs');
}
