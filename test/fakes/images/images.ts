/** A public image as a job definition names it, and what is known of its program from outside. */
export interface PublicImage {
  /** With its tag, unless that is `latest`. */
  readonly name: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const program = (name: string): string => `/programs/${name}`;
const shell = { command: ['/bin/sh'] };
/** The program that it starts by itself. */
const runs = (name: string): Pick<PublicImage, 'command'> => ({ command: [program(name)] });
/** The program that gets a definition's `cmd` as its arguments. */
const isA = (name: string, ...command: string[]): Pick<PublicImage, 'entrypoint' | 'command'> => ({
  entrypoint: [program(name)],
  command,
});

/** Every image that the public definitions name but for one: see `BY_CONTENT`. */
export const PUBLIC_IMAGES: readonly PublicImage[] = [
  { name: 'ubuntu', ...shell },
  { name: 'nginx', ...runs('nginx') },
  { name: 'registry.hub.docker.com/nosana/stats', ...shell },
  { name: 'registry.hub.docker.com/nosana/stats:v1.0.7', ...shell, workDir: '/programs' },
  { name: 'docker.io/tensorflow/tensorflow:2.17.0-gpu-jupyter', ...shell, workDir: '/tf' },
  { name: 'docker.io/nosana/nosana-chat-bot:0.1.1', entrypoint: ['/bin/bash'], workDir: '/app' },
  { name: 'nosana/nosana-chat-bot:0.1.0', entrypoint: ['/bin/bash'], workDir: '/app' },
  { name: 'docker.io/ollama/ollama', ...isA('ollama', 'serve') },
  { name: 'docker.io/ollama/ollama:0.31.2', ...isA('ollama', 'serve') },
  {
    name: 'docker.io/matthammond962/open-ai-chat-ui:0.0.2',
    ...runs('openai-chat-ui'),
    env: { PORT: '3000' },
  },
  { name: 'ghcr.io/open-webui/open-webui:ollama', ...runs('open-webui') },
  { name: 'docker.io/jeisses/tinyllama:v2', ...isA('tinyllama') },
  { name: 'docker.io/nosana/whisper', ...shell },
  { name: 'docker.io/nosana/stable-diffusion', ...shell },
  { name: 'docker.io/vllm/vllm-openai:v0.7.2', ...isA('vllm') },
  { name: 'docker.io/vllm/vllm-openai:v0.10.2', ...isA('vllm') },
  { name: 'docker.io/nosana/automatic1111:0.0.1', ...shell },
  { name: 'docker.io/nosana/comfyui:2.0.5', ...runs('comfyui') },
  { name: 'docker.io/nosana/comfyui:2.0.8', ...runs('comfyui') },
  { name: 'docker.io/nosana/janus-pro:0.0.0', ...runs('janus') },
  { name: 'lscr.io/linuxserver/foldingathome', entrypoint: ['/init'] },
  { name: 'thenocodeguyonline/llama-3.2', ...runs('llama') },
  { name: 'docker.io/nosana/sd-invoke-bench:1.0.0', ...shell },
  { name: 'docker.io/openmmlab/lmdeploy:v0.7.0.post3-cu12', ...shell },
  { name: 'docker.io/nosana/llama-factory:0.0.0', ...shell },
  { name: 'nosana/onetrainercomplete:0.0.0', ...shell },
  { name: 'ghcr.io/huggingface/text-generation-inference:2.3.1', ...isA('tgi') },
  { name: 'ghcr.io/rsxdalv/tts-generation-webui:main', ...runs('tts') },
];

/** Named by the digest of the real one, which a stand-in cannot have. */
export const BY_CONTENT: PublicImage = { name: 'r8.im/kasumi-1/kandinsky-2', ...runs('cog') };

/** Only for who logs in. */
export const PRIVATE_IMAGE: PublicImage = { name: 'private.example/team/model:1', ...shell };

/** Where a registry keeps it: without the registry's own name, `library/` before short ones. */
export function repositoryOf({ name }: PublicImage): { repository: string; tag: string } {
  const [, path = name, tag = 'latest'] = /^(.*?)(?::([\w.-]+))?$/.exec(name) ?? [];
  const [first = '', ...rest] = path.split('/');
  const named = first.includes('.') ? rest.join('/') : path;
  return { repository: named.includes('/') ? named : `library/${named}`, tag };
}
