import { delimiter } from 'node:path';
import { NvmlReader } from '../../../app/adapters/nvml/reader.ts';
import { CardReader } from '../../../app/gpu/card-reader.ts';
import type { FakeNvml } from '../nvml/fake-nvml.ts';

type Variables = Readonly<Record<string, string>>;

/** What a process needs to find both fakes of the driver: `cuda` as `buildFakeCuda` gives it. */
export function envWithBoth(cuda: Variables, nvml: FakeNvml | null): Record<string, string> {
  const { FAKE_NVML = '', FAKE_NVML_CALLS = '', LD_LIBRARY_PATH: own = '' } = nvml?.env ?? {};
  const paths = [cuda['LD_LIBRARY_PATH'] ?? '', own].join(delimiter);
  return { ...cuda, FAKE_NVML, FAKE_NVML_CALLS, LD_LIBRARY_PATH: paths };
}

/** Reads cards through NVML and in no other way. */
export function nvmlAlone(env: Readonly<Record<string, string | undefined>>): CardReader {
  return new CardReader({
    nvml: new NvmlReader({ env }),
    smi: () => Promise.resolve({ kind: 'missing', exitCode: null, text: '' }),
    bus: () => null,
    known: () => null,
  });
}
