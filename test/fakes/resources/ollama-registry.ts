import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { ScriptedServer, type Asked } from './scripted-server.ts';
import { serveFile } from './serve-file.ts';

/** A registry that answers as Ollama's does: manifests, and blobs by a redirect to another host. */
export class OllamaRegistry {
  readonly #manifests = new Map<string, string>();
  readonly #blobs = new Map<string, string>();
  #server: ScriptedServer | null = null;

  async start(): Promise<this> {
    this.#server = await ScriptedServer.start((asked, answer) => this.#answer(asked, answer));
    return this;
  }

  get server(): ScriptedServer {
    if (this.#server === null) throw new Error('The registry is not started');
    return this.#server;
  }

  /** Adds a model; returns the bytes of its manifest. */
  add(name: string, tag: string, layers: readonly string[], config = '{"model":"test"}'): string {
    const described = (content: string, mediaType: string) => {
      const hex = createHash('sha256').update(content).digest('hex');
      this.#blobs.set(hex, content);
      return { mediaType, digest: `sha256:${hex}`, size: content.length };
    };
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: described(config, 'application/vnd.docker.container.image.v1+json'),
      layers: layers.map((layer) => described(layer, 'application/vnd.ollama.image.model')),
    });
    this.#manifests.set(`${name}:${tag}`, manifest);
    return manifest;
  }

  #answer(asked: Asked, answer: ServerResponse): void {
    const { path } = asked;
    const manifest = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(path);
    const blob = /^\/v2\/.+\/blobs\/sha256:([\da-f]{64})$/.exec(path);
    if (manifest !== null) {
      const found = this.#manifests.get(`${manifest[1] ?? ''}:${manifest[2] ?? ''}`);
      const isAskedRightly = asked.headers.accept?.includes('manifest.v2+json') === true;
      return void answer.writeHead(found !== undefined && isAskedRightly ? 200 : 404).end(found);
    }
    if (blob !== null) {
      const location = `${this.server.origin('blobs.example')}/${blob[1] ?? ''}`;
      return void answer.writeHead(307, { location }).end();
    }
    const content = this.#blobs.get(path.slice(1));
    if (content === undefined) return void answer.writeHead(404).end();
    serveFile(asked, answer, { content: Buffer.from(content), etag: `"${path.slice(1)}"` });
  }
}
