import type { PullStep } from '../adapters/docker/images.ts';
import type { PullProgress } from '../contract/job.ts';

interface Layer {
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
  readonly done: boolean;
}

/** Adds up the engine's reports about single layers. */
export class PullTally {
  readonly #image: string;
  readonly #isPodman: boolean;
  readonly #layers = new Map<string, Layer>();
  #moved = '';

  constructor(image: string, isPodman = false) {
    this.#image = image;
    this.#isPodman = isPodman;
  }

  /** Takes a report; true when the pull really came forward with it. */
  add(step: PullStep): boolean {
    if (step.layer === null || !LAYER.test(step.layer)) return false;
    const before = this.#layers.get(step.layer) ?? {
      receivedBytes: 0,
      totalBytes: null,
      done: false,
    };
    const layer = after(before, step);
    // Podman's last word about a layer: it unpacks in silence.
    const isLast = this.#isPodman && step.status === 'Download complete';
    this.#layers.set(step.layer, isLast ? { ...layer, done: true } : layer);
    // "Retrying in 5 seconds" counts down without anything coming in.
    if (step.status.startsWith('Retrying')) return false;
    const moved = [step.layer, step.status, step.currentBytes].join();
    const isNews = moved !== this.#moved;
    this.#moved = moved;
    return isNews;
  }

  /** The sum so far; `totalBytes` is null until the engine has told the size of every layer. */
  progress(): PullProgress {
    const layers = [...this.#layers.values()];
    const totals = layers.map((layer) => layer.totalBytes);
    const known = totals.filter((total) => total !== null);
    return {
      image: this.#image,
      receivedBytes: layers.reduce((sum, layer) => sum + layer.receivedBytes, 0),
      totalBytes:
        known.length === totals.length ? known.reduce((sum, size) => sum + size, 0) : null,
      layersDone: layers.filter((layer) => layer.done).length,
      layers: layers.length,
    };
  }
}

/** Layers are named by twelve hex digits; reports about the tag or digest have other names. */
const LAYER = /^[0-9a-f]{12}$/;

// The words are those of the engine's pull code (moby, distribution/xfer and progress).
function after(layer: Layer, { status, currentBytes, totalBytes }: PullStep): Layer {
  switch (status) {
    case 'Downloading':
      return {
        receivedBytes: currentBytes ?? layer.receivedBytes,
        totalBytes: totalBytes ?? layer.totalBytes,
        done: false,
      };
    case 'Verifying Checksum':
    case 'Download complete':
    case 'Extracting':
      return whole(layer);
    case 'Pull complete':
      return { ...whole(layer), done: true };
    case 'Already exists':
      return { receivedBytes: 0, totalBytes: 0, done: true };
    default:
      return layer;
  }
}

/** A layer that came too fast for a report of its size is as large as what is known of it. */
function whole(layer: Layer): Layer {
  const bytes = layer.totalBytes ?? layer.receivedBytes;
  return { ...layer, receivedBytes: bytes, totalBytes: bytes };
}
