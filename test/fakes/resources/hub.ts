import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { ScriptedServer, type Asked } from './scripted-server.ts';
import { serveFile } from './serve-file.ts';

export interface HubRepo {
  readonly files: Readonly<Record<string, string>>;
  /** Files that are kept as LFS: on another host, known by their SHA-256. */
  readonly large: readonly string[];
  readonly isPrivate?: boolean;
  readonly isGated?: boolean;
}

export interface HubOptions {
  readonly token?: string;
  readonly pageSize?: number;
}

/**
 * A hub that answers as Hugging Face does: what a revision is, trees in pages, and files, the large
 * ones by a redirect to another host (`cdn.example`). Not a real one: one commit per repository.
 */
export class Hub {
  readonly commit = createHash('sha1').update('commit').digest('hex');
  readonly repos = new Map<string, HubRepo>();
  readonly #options: HubOptions;
  #server: ScriptedServer | null = null;

  constructor(options: HubOptions = {}) {
    this.#options = options;
  }

  async start(): Promise<this> {
    this.#server = await ScriptedServer.start((asked, answer) => this.#answer(asked, answer));
    return this;
  }

  get server(): ScriptedServer {
    if (this.#server === null) throw new Error('The hub is not started');
    return this.#server;
  }

  get origin(): string {
    return this.server.origin('hub.example');
  }

  /** What the other host was asked. */
  get askedOfCdn(): readonly Asked[] {
    return this.server.asked.filter(({ headers }) => headers.host?.startsWith('cdn.') === true);
  }

  #answer(asked: Asked, answer: ServerResponse): void {
    const { pathname, searchParams } = new URL(asked.path, 'http://hub');
    const path = decodeURIComponent(pathname);
    if (asked.headers.host?.startsWith('cdn.') === true) return this.#cdn(asked, path, answer);
    const about = /^\/api\/models\/(.+)\/revision\/(.+)$/.exec(path);
    const tree = /^\/api\/models\/(.+)\/tree\/([\da-f]{40})$/.exec(path);
    const file = /^\/(.+)\/resolve\/([\da-f]{40})\/(.+)$/.exec(path);
    const [, name = '', revision = '', filePath = ''] = about ?? tree ?? file ?? [];
    const repo = this.repos.get(name);
    const hasToken =
      this.#options.token !== undefined &&
      asked.headers.authorization === `Bearer ${this.#options.token}`;
    // A private repository looks like none to others, and a gated one shows all but its files.
    const isHidden = repo === undefined || (repo.isPrivate === true && !hasToken);
    if (isHidden || (file !== null && repo.isGated === true && !hasToken)) {
      answer.writeHead(401, { 'x-error-code': repo === undefined ? 'RepoNotFound' : 'GatedRepo' });
      return void answer.end('{}');
    }
    if (!['main', 'v1', this.commit].includes(revision)) {
      return void answer.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end('{}');
    }
    if (about !== null) {
      const gated = repo.isGated === true ? 'manual' : false;
      const described = { sha: this.commit, private: repo.isPrivate ?? false, gated, siblings: [] };
      return void answer.end(JSON.stringify(described));
    }
    if (tree !== null)
      return this.#tree(name, repo, Number(searchParams.get('cursor') ?? 0), answer);
    this.#resolve(asked, { name, repo, filePath }, answer);
  }

  #tree(name: string, repo: HubRepo, cursor: number, answer: ServerResponse): void {
    const { pageSize = 1000 } = this.#options;
    const entries = Object.entries(repo.files).map(([path, content]) => {
      const isLarge = repo.large.includes(path);
      const lfs = { oid: digest('sha256', content), size: content.length, pointerSize: 134 };
      const pointer = `pointer of ${path}`;
      return {
        type: 'file',
        oid: blobId(isLarge ? pointer : content),
        size: content.length,
        path,
        ...(isLarge ? { lfs } : {}),
      };
    });
    const folders = [{ type: 'directory', oid: '0'.repeat(40), size: 0, path: 'folder' }];
    const all = [...folders, ...entries];
    const next = cursor + pageSize;
    const url = `${this.origin}/api/models/${name}/tree/${this.commit}?recursive=true&cursor=${next}`;
    if (next < all.length) answer.setHeader('link', `<${url}>; rel="next"`);
    answer.end(JSON.stringify(all.slice(cursor, next)));
  }

  #resolve(
    asked: Asked,
    { name, repo, filePath }: { name: string; repo: HubRepo; filePath: string },
    answer: ServerResponse,
  ): void {
    const content = repo.files[filePath];
    if (content === undefined) return void answer.writeHead(404).end();
    if (repo.large.includes(filePath)) {
      const location = `${this.server.origin('cdn.example')}/${name}/${filePath}?signature=of-the-hub`;
      return void answer.writeHead(302, { location, 'x-repo-commit': this.commit }).end();
    }
    serveFile(asked, answer, { content: Buffer.from(content), etag: `"${blobId(content)}"` });
  }

  #cdn(asked: Asked, path: string, answer: ServerResponse): void {
    for (const [name, { files }] of this.repos) {
      const content = files[path.slice(name.length + 2)];
      if (!path.startsWith(`/${name}/`) || content === undefined) continue;
      const etag = `"${digest('sha256', content)}"`;
      return serveFile(asked, answer, { content: Buffer.from(content), etag });
    }
    answer.writeHead(403).end();
  }
}

function digest(kind: 'sha1' | 'sha256', text: string): string {
  return createHash(kind).update(text).digest('hex');
}

function blobId(content: string): string {
  return digest('sha1', `blob ${Buffer.byteLength(content)}\0${content}`);
}
