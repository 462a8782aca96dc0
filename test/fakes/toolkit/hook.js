// Stands in for `nvidia-container-runtime-hook` of the NVIDIA Container Toolkit, which Docker runs
// before a container's program, with the container's state on standard input. Like the real one it
// reads NVIDIA_VISIBLE_DEVICES from the container's configuration, refuses a card it does not know,
// and puts a device node of each into the container. Unlike the real one it gives /dev/null under
// the names of cards, no libraries of the driver, and no rights in the cgroup.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const state = JSON.parse(readFileSync(0, 'utf8'));
const config = JSON.parse(readFileSync(join(state.bundle, 'config.json'), 'utf8'));
const asked = config.process.env
  .filter((line) => line.startsWith('NVIDIA_VISIBLE_DEVICES='))
  .map((line) => line.slice('NVIDIA_VISIBLE_DEVICES='.length));
appendFileSync(join(folder, 'asked.txt'), `${asked.join(' then ')}\n`);

const failure = join(folder, 'failure.txt');
if (existsSync(failure)) fail(readFileSync(failure, 'utf8'));

const cards = JSON.parse(readFileSync(join(folder, 'cards.json'), 'utf8'));
const generous = existsSync(join(folder, 'generous'));
// The last one holds, as in any environment.
const wanted = generous ? cards : (asked.at(-1) ?? '').split(',');
for (const card of wanted) {
  const index = cards.indexOf(card);
  if (index < 0) fail(`nvidia-container-cli: device error: ${card}: unknown device\n`);
  const node = join(config.root.path, 'dev', `nvidia${index}`);
  const mknod = ['mknod', '-m', '666', node, 'c', '1', '3'];
  execFileSync('nsenter', ['--target', String(state.pid), '--mount', ...mknod]);
}

function fail(text) {
  process.stderr.write(text);
  process.exit(1);
}
