import { join } from 'node:path';
import { fakeClock } from './clock.ts';
import { fakeInternet } from './internet.ts';
import { setTrap } from './trap.ts';
import { standInForWorld } from './world.ts';

/*
 * Loaded before a real `offpeak start --headless` (and before its child processes), whose own code
 * is not changed. What it changes stands in the files beside this one, and each does nothing until
 * a test asks for it in the folder of controls (controls.ts).
 */

const folder = process.env['OFFPEAK_TEST_CONTROLS'] ?? '';
const program = process.argv[1] ?? '';
if (folder !== '' && program.endsWith(join('practice', 'world.ts'))) await standInForWorld(folder);
if (folder !== '' && program.endsWith('cli.ts')) {
  setTrap(folder);
  fakeClock(folder);
  fakeInternet(folder);
}
