import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { codecs } from './codecs.ts';
import { type Bench, Figures, rowOf } from './figures.ts';
import { health } from './health.ts';
import { host } from './host.ts';
import { job } from './job.ts';
import { log } from './log.ts';
import { pull } from './pull.ts';
import { readings } from './readings.ts';
import { results } from './results.ts';
import { rpc } from './rpc.ts';
import { telemetry } from './telemetry.ts';

/*
 * `npm run bench -- [NAME…] [--quick]`: what Offpeak itself costs, all of it or single subjects. A
 * table on standard error, one JSON document on standard output; the table of one computer is in
 * docs/benchmarks.md. `--quick` only shows that everything still works.
 */

const SUBJECTS: ReadonlyMap<string, (bench: Bench) => Promise<void>> = new Map([
  ['host', host],
  ['job', job],
  ['pull', pull],
  ['log', log],
  ['health', health],
  ['results', results],
  ['codecs', codecs],
  ['rpc', rpc],
  ['readings', readings],
  ['telemetry', telemetry],
]);

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !SUBJECTS.has(name));
if (unknown.length > 0) {
  const known = [...SUBJECTS.keys()].join(', ');
  say(`There is no ${unknown.join(', ')}. There is: ${known}`);
  process.exit(2);
}

const figures = new Figures(values.quick, say);
for (const [name, subject] of SUBJECTS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const before = figures.all.length;
  await subject(figures);
  for (const figure of figures.all.slice(before)) say(rowOf(figure));
}
const at = new Date().toISOString();
const document = { at, cores: availableParallelism(), quick: values.quick, figures: figures.all };
process.stdout.write(`${JSON.stringify(document)}\n`);

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
