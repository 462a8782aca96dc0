import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOOK = join(import.meta.dirname, '../../fakes/toolkit/hook.js');
/** The name by which Docker finds the toolkit (moby, daemon/devices_nvidia_linux.go). */
const NAME = 'nvidia-container-runtime-hook';

/** A folder with a stand-in for the NVIDIA Container Toolkit on a computer with these cards. */
export class StandInToolkit {
  /** To be found first by the engine. */
  readonly programs = mkdtempSync(join(tmpdir(), 'offpeak-toolkit-'));

  constructor(cards: readonly string[]) {
    copyFileSync(HOOK, join(this.programs, 'hook.js'));
    this.#write('package.json', '{ "type": "module" }');
    this.#write('cards.json', JSON.stringify(cards));
    const script = `#!/bin/sh\nexec '${process.execPath}' '${this.programs}/hook.js' "$@"\n`;
    writeFileSync(join(this.programs, NAME), script, { mode: 0o755 });
  }

  /** NVIDIA_VISIBLE_DEVICES as each container had it when the hook ran, since the last call. */
  asked(): string[] {
    const file = join(this.programs, 'asked.txt');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    rmSync(file);
    return lines;
  }

  /** From now on it fails with these words; null: no more. */
  failWith(words: string | null): void {
    rmSync(join(this.programs, 'failure.txt'), { force: true });
    if (words !== null) this.#write('failure.txt', `${words}\n`);
  }

  /** From now on it gives every card to every container that gets any. */
  giveAll(): void {
    this.#write('generous', '');
  }

  /** As after the packages were removed under a running engine. */
  uninstall(): void {
    rmSync(join(this.programs, NAME));
  }

  remove(): void {
    rmSync(this.programs, { recursive: true });
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.programs, name), text);
  }
}
