import type { TunnelState } from '../jobs/tunnel-port.ts';

/**
 * What frpc's log says of its connection (fatedier/frp: client/service.go, client/proxy/). A client
 * of which nothing is understood stays `starting`: it may well work.
 */
const WORDS: readonly (readonly [RegExp, TunnelState])[] = [
  [/login to server success|start proxy success/, 'up'],
  [/try to connect to server|connect to server error|login to the server failed/, 'down'],
  [/start error/, 'down'],
];

/** A line that says nothing of it may be as long as it likes. */
const MOST_CHARACTERS = 2_000;

/** Reads a client's log for what is known of the tunnel; tells of each change. */
export class TunnelWords {
  readonly #onState: (state: TunnelState) => void;
  #state: TunnelState = 'starting';
  #rest = '';

  constructor(onState: (state: TunnelState) => void) {
    this.#onState = onState;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-MOST_CHARACTERS);
    for (const line of lines) this.#read(line.slice(0, MOST_CHARACTERS));
  }

  #read(line: string): void {
    const found = WORDS.find(([words]) => words.test(line));
    if (found === undefined || found[1] === this.#state) return;
    this.#state = found[1];
    this.#onState(this.#state);
  }
}
