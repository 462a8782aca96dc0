import { globSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, type Rolldown } from 'vite';

const root = join(import.meta.dirname, '..');

/** Bundles the renderer to dist/renderer. */
export async function bundleRenderer(): Promise<void> {
  await build({
    root: join(root, 'renderer'),
    configFile: false,
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: join(root, 'dist', 'renderer'),
      emptyOutDir: true,
      // Inlined data: URLs would need holes in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: false,
      target: 'es2022',
    },
  });
}

/** Bundles Electron's main process, the host's children and threads and the preload to dist/main. */
export async function bundleMain(): Promise<void> {
  await bundleNode(
    {
      electron: join(root, 'main', 'electron.ts'),
      'practice-world': join(root, 'app', 'network', 'practice', 'world.ts'),
      'nvidia-smi-child': join(root, 'app', 'adapters', 'nvidia-smi-child.ts'),
      'nvml-child': join(root, 'app', 'adapters', 'nvml', 'child.ts'),
      'benchmark-child': join(root, 'app', 'benchmark', 'runner', 'child.ts'),
      'system-information-child': join(root, 'app', 'adapters', 'system-information-child.ts'),
      // Found beside the bundle by app/jobs/results/read-results.ts.
      'results-worker': join(root, 'app', 'jobs', 'results', 'results-worker.ts'),
    },
    'es',
  );
  // A sandboxed preload can only be CommonJS.
  await bundleNode({ preload: join(root, 'main', 'preload.ts') }, 'cjs');
}

async function bundleNode(entries: Record<string, string>, format: 'es' | 'cjs'): Promise<void> {
  const output: Rolldown.OutputOptions = {
    format,
    entryFileNames: format === 'es' ? '[name].js' : '[name].cjs',
    chunkFileNames: 'shared-[hash].js',
  };
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: join(root, 'dist', 'main'),
      emptyOutDir: format === 'es',
      target: 'node24',
      minify: false,
      rolldownOptions: { input: entries, output, external: isExternal },
    },
  });
}

// Packages stay packages: electron-builder ships node_modules beside the bundle.
function isExternal(id: string): boolean {
  if (builtinModules.includes(id) || id.startsWith('node:') || id === 'electron') return true;
  return !id.startsWith('.') && !id.startsWith('/') && !/^[A-Za-z]:\\/.test(id);
}

/** Everything that a bundle is made of. */
const sources = ['{app,main,renderer}/**/*', 'build/bundle.ts', 'package-lock.json'];

/** Bundles everything anew when a source is newer than the last bundle. */
export async function bundleIfStale(): Promise<void> {
  const stamp = join(root, 'dist', 'built-at');
  const newest = Math.max(...globSync(sources, { cwd: root }).map((file) => modifiedMs(file)));
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built > newest) return;
  await bundleRenderer();
  await bundleMain();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, '');
}

function modifiedMs(file: string): number {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (import.meta.main) await bundleIfStale();
