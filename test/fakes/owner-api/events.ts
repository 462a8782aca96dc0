import type { Doorway } from './doorstep.ts';

/** One who reads server-sent events, and remembers all it hears. */
export class Events {
  readonly status: number;
  readonly type: string | null;
  readonly heard: unknown[] = [];
  /** Signs of life between the events. */
  comments = 0;
  isOver = false;
  readonly #controller: AbortController;

  private constructor(response: Response, controller: AbortController) {
    this.status = response.status;
    this.type = response.headers.get('content-type');
    this.#controller = controller;
    void this.#read(response).catch(() => (this.isOver = true));
  }

  /** Opens a stream of the job at hand, as its owner. */
  static async open(door: Doorway, path: string): Promise<Events> {
    const controller = new AbortController();
    const response = await fetch(`http://127.0.0.1:${door.port}/job/${door.job}${path}`, {
      headers: { authorization: await door.header(), accept: 'text/event-stream' },
      signal: controller.signal,
    });
    return new Events(response, controller);
  }

  leave(): void {
    this.#controller.abort();
  }

  async #read(response: Response): Promise<void> {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      if (!(chunk instanceof Uint8Array)) continue;
      rest += decoder.decode(chunk, { stream: true });
      const events = rest.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        if (event.startsWith('data: ')) this.heard.push(JSON.parse(event.slice(6)));
        else this.comments += 1;
      }
    }
    this.isOver = true;
  }
}
