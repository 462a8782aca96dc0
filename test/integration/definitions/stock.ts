import type { Stock } from '../../fakes/resources/public-hosts.ts';
import type { Resource } from './corpus.ts';

/** The network's own bucket, as its hosts rewrite it. */
const NETWORKS_OWN = 's3://nos-ai-models-qllsn32u/';
const MODELS = 'https://models.nosana.io/';
const PLAIN_FILES = ['config.json', 'model.safetensors'];

/** Scripts that images are started with; what the real ones do is not known here. */
const SCRIPTS: Readonly<Record<string, string>> = {
  foldingAtHome: 'exec /programs/folding\n',
  OpenClaw: 'echo "model: $OPENCLAW_MODEL"\nexec /programs/openclaw "$@"\n',
};

/** What the hosts must have so that all these resources can be fetched, and the hosts' names. */
export function stockFor(resources: readonly Resource[]): { stock: Stock; hosts: string[] } {
  const hosts = new Set(['huggingface.co', 'cdn.example', 'registry.ollama.ai', 'blobs.example']);
  const objects: Stock['objects'] = [];
  const repos = new Map<string, string[]>();
  const models = new Set<string>();
  for (const { type, url = '', repo = '', model = '', files } of resources) {
    if (type === 'Ollama') models.add(model);
    if (type === 'HF') repos.set(repo, [...(repos.get(repo) ?? []), ...(files ?? PLAIN_FILES)]);
    if (type !== 'S3') continue;
    const { hostname, pathname } = new URL(url.replace(NETWORKS_OWN, MODELS));
    hosts.add(hostname);
    const [bucket = ''] = hostname.split('.');
    const folder = pathname.slice(1);
    const script = SCRIPTS[folder];
    if (script !== undefined) objects.push([bucket, `${folder}/entrypoint.sh`, script]);
    else {
      for (const file of files ?? PLAIN_FILES) {
        objects.push([bucket, `${folder}/${file}`, `content of ${file}`]);
      }
    }
  }
  return {
    stock: { objects, repos: Object.fromEntries(repos), models: [...models] },
    hosts: [...hosts],
  };
}
