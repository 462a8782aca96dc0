/** What the practice network measures hosts with: its own image, for about two seconds. */
export function practiceBenchmark(image: string): Record<string, unknown> {
  const cmd = ['--prompt', 'The engine', '--seed', '1', '--tokens', '64', '--pace', '32'];
  return {
    version: '0.1',
    type: 'container',
    meta: { trigger: 'benchmark', title: 'Practice benchmark' },
    ops: [{ type: 'container/run', id: 'measure', args: { image, cmd } }],
  };
}
