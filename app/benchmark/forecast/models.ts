/** A language model in one file of llama.cpp's format. */
export interface LanguageModel {
  readonly name: string;
  readonly quantization: 'Q4_K_M' | 'F16';
  /** Of the file. */
  readonly bytes: number;
  /** The table that turns tokens into vectors, of which one row is read; 0 where it is the last layer as well. */
  readonly tableBytes: number;
  readonly layers: number;
  /** Of keys and values, for one token in 16 bits. */
  readonly contextBytes: number;
  /** Without that table. */
  readonly parameters: number;
}

interface Shape {
  readonly name: string;
  readonly layers: number;
  /** Heads that keep keys and values, and the length of each. */
  readonly keptHeads: number;
  readonly headLength: number;
  readonly vocabulary: number;
  readonly width: number;
  readonly parameters: number;
  /** The table is the last layer, too. */
  readonly isTied?: boolean;
}

/** Bytes of a weight: Q4_K takes 4.5 bits (llama.cpp, ggml-common.h). */
const TABLE_WEIGHT = { Q4_K_M: 0.5625, F16: 2 } as const;

/** `config.json` of each on Hugging Face. */
const LLAMA_3B: Shape = {
  name: 'Llama 3.2 3B',
  layers: 28,
  keptHeads: 8,
  headLength: 128,
  vocabulary: 128_256,
  width: 3_072,
  parameters: 3.21e9,
  isTied: true,
};
const MISTRAL_7B: Shape = {
  name: 'Mistral 7B',
  layers: 32,
  keptHeads: 8,
  headLength: 128,
  vocabulary: 32_000,
  width: 4_096,
  parameters: 7.24e9,
};
const QWEN_7B: Shape = {
  name: 'Qwen 2.5 7B',
  layers: 28,
  keptHeads: 4,
  headLength: 128,
  vocabulary: 152_064,
  width: 3_584,
  parameters: 7.62e9,
};
const LLAMA_8B: Shape = {
  name: 'Llama 3.1 8B',
  layers: 32,
  keptHeads: 8,
  headLength: 128,
  vocabulary: 128_256,
  width: 4_096,
  parameters: 8.03e9,
};
const QWEN_14B: Shape = {
  name: 'Qwen 2.5 14B',
  layers: 48,
  keptHeads: 8,
  headLength: 128,
  vocabulary: 152_064,
  width: 5_120,
  parameters: 14.8e9,
};
const QWEN_32B: Shape = {
  name: 'Qwen 2.5 32B',
  layers: 64,
  keptHeads: 8,
  headLength: 128,
  vocabulary: 152_064,
  width: 5_120,
  parameters: 32.8e9,
};
const LLAMA_70B: Shape = {
  name: 'Llama 3.3 70B',
  layers: 80,
  keptHeads: 8,
  headLength: 128,
  vocabulary: 128_256,
  width: 8_192,
  parameters: 70.6e9,
};

/** Sizes of the files as Hugging Face lists them (GGUF repositories of bartowski). */
export const MODELS: readonly LanguageModel[] = [
  modelOf(LLAMA_3B, 'Q4_K_M', 2.02e9),
  modelOf(MISTRAL_7B, 'Q4_K_M', 4.37e9),
  modelOf(QWEN_7B, 'Q4_K_M', 4.68e9),
  modelOf(LLAMA_8B, 'Q4_K_M', 4.92e9),
  modelOf(LLAMA_8B, 'F16', 16.07e9),
  modelOf(QWEN_14B, 'Q4_K_M', 8.99e9),
  modelOf(QWEN_32B, 'Q4_K_M', 19.85e9),
  modelOf(LLAMA_70B, 'Q4_K_M', 42.52e9),
];

function modelOf(
  shape: Shape,
  quantization: LanguageModel['quantization'],
  bytes: number,
): LanguageModel {
  const { name, layers, keptHeads, headLength, vocabulary, width, isTied = false } = shape;
  const table = vocabulary * width;
  return {
    name,
    quantization,
    bytes,
    tableBytes: isTied ? 0 : table * TABLE_WEIGHT[quantization],
    layers,
    contextBytes: 2 * layers * keptHeads * headLength * 2,
    parameters: shape.parameters - table,
  };
}
