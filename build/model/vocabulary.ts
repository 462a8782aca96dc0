/** The pieces of text that a model reads and writes; a token is a piece's index. Piece 0 is the newline. */
export type Vocabulary = readonly string[];

/**
 * Learns `size` pieces: every character of the text, then the most frequent pairs joined, again and
 * again (byte pair encoding), within words, so that common words become one piece with their space.
 */
export function learnVocabulary(text: string, size: number): Vocabulary {
  const pieces = [...new Set(text)].sort();
  const words = countWords(text);
  while (pieces.length < size) {
    const joined = mostFrequentPair(words);
    if (joined === null) throw new RangeError(`the text has no ${size} pieces`);
    for (const word of words) word.pieces = joinPair(word.pieces, joined);
    if (!pieces.includes(joined)) pieces.push(joined);
  }
  return pieces;
}

/** Splits text into tokens, the longest piece first; characters outside the vocabulary are left out. */
export function encode(vocabulary: Vocabulary, text: string): number[] {
  const tokens: number[] = [];
  const known = new Map(vocabulary.map((piece, token) => [piece, token]));
  const longest = Math.max(...vocabulary.map((piece) => piece.length));
  for (let at = 0; at < text.length;) {
    let length = Math.min(longest, text.length - at);
    while (length > 0 && !known.has(text.slice(at, at + length))) length -= 1;
    const token = known.get(text.slice(at, at + length));
    if (token !== undefined) tokens.push(token);
    at += Math.max(length, 1);
  }
  return tokens;
}

/** Puts tokens together to text. */
export function decode(vocabulary: Vocabulary, tokens: readonly number[]): string {
  return tokens.map((token) => vocabulary[token] ?? '').join('');
}

interface Word {
  pieces: readonly string[];
  readonly count: number;
}

function countWords(text: string): Word[] {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/ ?[A-Za-z]+|[^A-Za-z]/g)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => ({ pieces: Array.from(word), count }));
}

function mostFrequentPair(words: readonly Word[]): string | null {
  const counts = new Map<string, number>();
  for (const { pieces, count } of words) {
    pieces.slice(1).forEach((piece, index) => {
      const joined = `${pieces[index] ?? ''}${piece}`;
      counts.set(joined, (counts.get(joined) ?? 0) + count);
    });
  }
  let best: string | null = null;
  // Ties go to the piece that sorts first, so that the same text gives the same vocabulary.
  for (const [joined, count] of counts) {
    const leader = best === null ? 0 : (counts.get(best) ?? 0);
    if (count > leader || (count === leader && best !== null && joined < best)) best = joined;
  }
  return best;
}

function joinPair(pieces: readonly string[], joined: string): string[] {
  const result: string[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    // A piece that was just joined is longer than either half, so it never joins twice.
    if (last !== undefined && last + piece === joined) result[result.length - 1] = joined;
    else result.push(piece);
  }
  return result;
}
