import { join } from 'node:path';
import { isWindows } from './machine.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where NVIDIA's driver puts its own interface to CUDA; a bare name is looked for where the system
 * looks.
 */
export function cudaPlaces(env: Environment = process.env): readonly string[] {
  if (!isWindows()) return ['libcuda.so.1', '/usr/lib/wsl/lib/libcuda.so.1'];
  return [join(systemFolder(env), 'nvcuda.dll')];
}

/** Where it puts its management library (NVML); drivers of before 2019 had a folder of their own. */
export function nvmlPlaces(env: Environment = process.env): readonly string[] {
  if (!isWindows()) return ['libnvidia-ml.so.1', '/usr/lib/wsl/lib/libnvidia-ml.so.1'];
  const programs = env['ProgramFiles'] ?? 'C:\\Program Files';
  return [
    join(systemFolder(env), 'nvml.dll'),
    join(programs, 'NVIDIA Corporation', 'NVSMI', 'nvml.dll'),
  ];
}

function systemFolder(env: Environment): string {
  return join(env['SystemRoot'] ?? 'C:\\Windows', 'System32');
}

/** Where the loader of OpenCL lies, which finds the drivers of all vendors. */
export function openClPlaces(env: Environment = process.env): readonly string[] {
  if (!isWindows()) return ['libOpenCL.so.1'];
  return [join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'OpenCL.dll')];
}
