/** A size in decimal units, as the network's documentation counts: "256 GB", "1 TB". */
export function sizeWords(bytes: number): string {
  return bytes >= 1e12 ? `${short(bytes / 1e12)} TB` : `${short(bytes / 1e9)} GB`;
}

/** A rate: "100 Mb/s". */
export function rateWords(bitsPerSecond: number): string {
  return `${short(bitsPerSecond / 1e6)} Mb/s`;
}

/** A duration: "35 ms". */
export function msWords(ms: number): string {
  return `${Math.ceil(ms)} ms`;
}

/** "a, b and c". */
export function listWords(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

// Rounded down, as durations are rounded up: what is not enough never looks like enough.
function short(value: number): string {
  return String(value < 100 ? Math.floor(value * 10) / 10 : Math.floor(value));
}
