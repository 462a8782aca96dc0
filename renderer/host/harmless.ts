/**
 * Characters that turn the reading direction around (Unicode's bidirectional controls). A job could
 * use them to make a name, a log line or a definition read as something else than it is.
 */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Makes such characters visible by their numbers: `⟨U+202E⟩`. */
export function harmless(text: string): string {
  return text.replace(turning, (character) => {
    const number = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${number}⟩`;
  });
}

/** Does that to every text of a message, as JSON.parse asks for it. */
export function harmlessTexts(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? harmless(value) : value;
}
