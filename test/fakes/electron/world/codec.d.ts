/** Values as JSON text and back; throws Electron's "An object could not be cloned." */
export interface Codec {
  encode(value: unknown): string;
  decode(text: string): unknown;
}

export function createCodec(): Codec;
