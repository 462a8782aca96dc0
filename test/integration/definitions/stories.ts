/** Ends by itself: exit code of the command, and what the log of an operation holds. */
interface Ends {
  readonly how: 'ends';
  readonly code: 0 | 1;
  readonly says: Readonly<Record<string, readonly string[]>>;
  /** Operations that fail, with their exit code and, where it is Offpeak's word, the event. */
  readonly fails?: Readonly<Record<string, { exitCode: number; event?: string }>>;
}

/** Runs until it is stopped; `says` is told before that. */
interface Serves {
  readonly how: 'serves';
  readonly says: readonly string[];
  /** Ports that answer, and where they are asked. */
  readonly answers: readonly number[];
  readonly path?: string;
  /** So much graphics memory it asks for; the small card is refused with these words. */
  readonly needs?: string;
}

/** Cannot be run, by anyone: the words in which Offpeak says why. */
interface Refused {
  readonly how: 'refused';
  readonly why: string;
}

export type Story = Ends | Serves | Refused;

const COUNT = ['1', '2', '9', '10'];

const ends = (says: Ends['says'], more: Partial<Ends> = {}): Ends => ({
  how: 'ends',
  code: 0,
  says,
  ...more,
});
const serves = (port: number, says: string, more: Partial<Serves> = {}): Serves => ({
  how: 'serves',
  answers: [port],
  says: [says],
  ...more,
});

const ollama = (needs?: string): Serves =>
  serves(11434, 'ollama: serve', needs === undefined ? {} : { needs });
const vllm = (port: number, says: string, needs?: string): Serves =>
  serves(port, says, { path: '/v1/models', ...(needs === undefined ? {} : { needs }) });
const deepseek = (size: string, needs?: string): Serves => {
  const model = `DeepSeek-R1-Distill-Qwen-${size}`;
  const options = `--model deepseek-ai/${model} --served-model-name ${model} --port 9000`;
  return vllm(9000, `vllm: ${options} --max-model-len 30000`, needs);
};
const openclaw = (model: string): Serves => ({
  how: 'serves',
  answers: [18789],
  says: [
    `model: ${model}`,
    'openclaw: --auth-choice skip --gateway-bind lan --token MY_SECRET_TOKEN',
  ],
});

/** How each of the public definitions goes, by the name of its file. */
export const STORIES: Readonly<Record<string, Story>> = {
  'cli--benchmark-gpu.json': ends({
    'gpu-stats': [
      'cuda_check: ',
      'card: /dev/nvidia0',
      '{"devices":[{"index":0,"name":"Stand-in"}]}',
    ],
  }),
  'cli--benchmark.json': ends({
    cpu: [],
    ram: [],
    'disk-space': ['100G'],
    country: ['DE'],
    bandwidth: ['Download: 90 Mbit/s'],
    gpu: ['GPU /dev/nvidia0'],
  }),
  'cli--count-multiple.json': ends({ 'count-1': COUNT, 'count-2': COUNT }),
  'cli--count.json': ends({ 'run-from-cli': COUNT }),
  'cli--hello-world.json': ends({ 'hello-world': ['hello world'] }),
  'cli--job-definition.json': ends({
    'run-from-cli': [],
    // The folder of the whole job, not that of the operation before.
    'run-from-cli-2': ['Hello World', '/home'],
  }),
  'cli--jupyter-notebook.json': serves(8888, 'card: /dev/nvidia0'),
  // Named by the content of the real image, which is nowhere here: see the test of its own.
  'cli--kandinsky.json': ends(
    {},
    { code: 1, fails: { 'run-kandinsky2': { exitCode: 2, event: 'image-pull-error' } } },
  ),
  'cli--nginx-multi-ops.json': ends({
    'nginx-1': ['answers on port 80'],
    'nginx-2': ['answers on port 80'],
    'nginx-3': ['answers on port 80'],
  }),
  // It exposes 2333 too, where nothing listens: the real program answers on 23333.
  'cli--nginx-multiple-expose.json': serves(3000, 'npm: start', { needs: '44 GB' }),
  'cli--nosana-chat-bot.json': serves(3000, 'npm: start'),
  'cli--ollama-70b.json': ollama(),
  'cli--open-ai-chat-ui.json': serves(3000, 'openai-chat-ui: '),
  'cli--open-webui.json': serves(8080, 'open-webui: '),
  'cli--private-docker.json': ends({ 'hello-world': ['hello world'] }),
  'cli--restart-policy.json': ends(
    { 'restart-policy-test': ['Starting', 'Natural exit'] },
    { code: 1, fails: { 'restart-policy-test': { exitCode: 1 } } },
  ),
  // Its command is one word with a space in it, and no image has such a program: 127 (POSIX).
  'cli--sogni-ai.json': ends({}, { code: 1, fails: { 'sogni-ai': { exitCode: 127 } } }),
  // The network's own validator refuses it, too (test/unit/jobs/definition/oracle.test.ts).
  'cli--stable-diffusion.json': {
    how: 'refused',
    why: 'ops[0].args.output is not a key of the job definition format at this place',
  },
  'cli--tinyllama.json': ends({ tinyllama: ['There once was a hawk called Vicky, and she flew.'] }),
  'cli--vllm.json': vllm(8000, 'card: /dev/nvidia0'),
  'cli--whisper.json': ends({ 'run-whisper': ['Hello, and welcome.'] }),
  'tpl--AUTOMATIC1111-stable-diffusion-1.5--job-definition.json': serves(
    7860,
    'python: -u launch.py --listen --port 7860 --enable-insecure-extension-access',
  ),
  'tpl--ComfyUI--job-definition-flux.json': serves(8188, 'comfyui: '),
  'tpl--ComfyUI--job-definition-sdxl.json': serves(8188, 'comfyui: '),
  'tpl--Deepseek-Janus-Pro--job-definition-1b.json': serves(7860, 'wrote a file'),
  'tpl--Deepseek-R1--job-definition-1.5b.json': deepseek('1.5B'),
  'tpl--Deepseek-R1--job-definition-32b.json': deepseek('32B', '68.6 GB'),
  'tpl--Deepseek-R1--job-definition-7b.json': deepseek('7B', '17.4 GB'),
  'tpl--FoldingAtHome--job-definition.json': {
    how: 'serves',
    answers: [],
    says: ['folds until it is stopped'],
  },
  'tpl--GLM-47-flash--job-definition-GLM-16fp.json': ollama('63.4 GB'),
  'tpl--GPT-OSS--job-definition-120b.json': ollama('68.6 GB'),
  'tpl--Gaia--job-definition.json': serves(8080, 'llama: '),
  'tpl--Gemma3--job-definition-27b.json': ollama('19.4 GB'),
  'tpl--Gemma4--job-definition-26b.json': ollama('21.5 GB'),
  'tpl--Gemma4--job-definition-e2b.json': ollama(),
  'tpl--InvokeAI--job-definition.json': serves(9090, 'invokeai-web: '),
  'tpl--LMDeploy-API--job-definition.json': serves(
    23333,
    'lmdeploy: serve api_server Qwen/Qwen2.5-7B --model-name Qwen2.5-7B',
    { path: '/v1/models' },
  ),
  'tpl--Llama-Factory--job-definition.json': serves(7860, 'llamafactory-cli: webui'),
  'tpl--Nanonets-OCR2--job-definition-3b.json': vllm(
    8000,
    'vllm: --model nanonets/Nanonets-OCR2-3B --served-model-name nanonets/Nanonets-OCR2-3B --port 8000 --max-model-len 30000',
  ),
  'tpl--Onetrainer-jupyter-notebook--job-definition.json': serves(
    8888,
    "jupyter: notebook --ip=0.0.0.0 --port=8888 --no-browser --allow-root --ServerApp.token='' --ServerApp.password=''",
  ),
  'tpl--OpenClaw--job-definition-GLM-16fp.json': openclaw('glm-4.7-flash:bf16'),
  'tpl--OpenClaw--job-definition-gpt-120b.json': openclaw('gpt-oss:120b'),
  'tpl--Ornith--job-definition-9b.json': ollama(),
  'tpl--Qwen3.5--job-definition-27b.json': ollama('19.4 GB'),
  'tpl--Qwen3.5--job-definition-9b.json': ollama(),
  'tpl--Qwen3.6--job-definition.json': ollama('46 GB'),
  'tpl--TGI-API--job-definition.json': serves(8080, 'tgi: --model-id Qwen/Qwen2.5-7B --port 8080', {
    needs: '16.3 GB',
  }),
  'tpl--Text-To-Speech-UI--job-definition.json': serves(3000, 'tts: '),
  'tpl--Wan2.2--job-definition.json': serves(8188, 'comfyui: ', { needs: '22.5 GB' }),
  'tpl--hello-world--job-definition.json': ends({ 'Hello-world': ['hello world'] }),
};
