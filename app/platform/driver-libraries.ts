import { join } from 'node:path';
import { isWindows } from './machine.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where NVIDIA's driver puts its own interface to CUDA; a bare name is looked for where the system
 * looks.
 */
export function cudaPlaces(env: Environment = process.env): readonly string[] {
  if (!isWindows()) return ['libcuda.so.1', '/usr/lib/wsl/lib/libcuda.so.1'];
  return [join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'nvcuda.dll')];
}
