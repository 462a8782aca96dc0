import { readFileSync } from 'node:fs';
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { z } from 'zod';
import { Hub, type HubRepo } from './hub.ts';
import { OllamaRegistry } from './ollama-registry.ts';
import { S3Store } from './s3-store.ts';
import type { ScriptedServer } from './scripted-server.ts';

/*
 * A program: the hosts from which public job definitions fetch their files, under their own names
 * and over HTTPS, for a network of its own in which these names lead here. Behind it are the
 * stand-ins of this folder. `public-hosts.ts ADDRESS KEY CERTIFICATE STOCK`, where STOCK is a file.
 */

/** What the hosts have. */
const Stock = z.object({
  /** Bucket (the first label of its host name), key and content. */
  objects: z.array(z.tuple([z.string(), z.string(), z.string()])),
  /** Repositories of Hugging Face, with the names of their files, all of them large ones. */
  repos: z.record(z.string(), z.array(z.string())),
  /** Models of Ollama, as `name:tag`. */
  models: z.array(z.string()),
});
export type Stock = z.infer<typeof Stock>;

const [address = '', key = '', certificate = '', stockFile = ''] = process.argv.slice(2);
const stock = Stock.parse(JSON.parse(readFileSync(stockFile, 'utf8')));

const store = await new S3Store().start();
for (const [bucket, name, content] of stock.objects) store.put(bucket, name, content);
const hub = await new Hub().start();
for (const [repo, names] of Object.entries(stock.repos)) {
  const files = Object.fromEntries(names.map((name) => [name, `weights of ${name}`]));
  hub.repos.set(repo, { files, large: names } satisfies HubRepo);
}
const ollama = await new OllamaRegistry().start();
for (const model of stock.models) {
  const [name = '', tag = ''] = model.split(':');
  ollama.add(`library/${name}`, tag, [`weights of ${model}`, 'a template']);
}

const front = createServer(
  { key: readFileSync(key), cert: readFileSync(certificate) },
  (request, response) => pass(request, response, behind(request.headers.host ?? '')),
);
front.listen(443, address, () => process.stdout.write('ready\n'));

function behind(host: string): ScriptedServer {
  if (['huggingface.co', 'cdn.example'].includes(host)) return hub.server;
  if (['registry.ollama.ai', 'blobs.example'].includes(host)) return ollama.server;
  return store.server;
}

function pass(request: IncomingMessage, response: ServerResponse, server: ScriptedServer): void {
  const { method, url: path, headers } = request;
  const call = ask({ host: '127.0.0.1', port: server.port, method, path, headers }, (answer) => {
    const { location } = answer.headers;
    const passed = { ...answer.headers };
    // The stand-in sends to another name of its own; from outside there is only this door.
    if (location !== undefined) {
      passed.location = location.replace(/^http:\/\/([^/:]+):\d+/, 'https://$1');
    }
    response.writeHead(answer.statusCode ?? 502, passed);
    answer.pipe(response);
  });
  call.on('error', () => response.destroy());
  request.pipe(call);
}
