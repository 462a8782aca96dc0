import type { PullProgress } from '../contract/job.ts';

/** The least that is worth a report. */
const MIN_STEP_BYTES = 1024 * 1024;
const STEPS = 1000;

/**
 * Progress of one resource. It never goes back: a file that is begun again counts anew only from
 * where it was.
 */
export class Tally {
  readonly #label: string;
  readonly #totalBytes: number;
  readonly #files: number;
  readonly #report: (progress: PullProgress) => void;
  readonly #received = new Map<string, number>();
  #filesDone = 0;
  #sumBytes = 0;
  #reportedBytes = -1;

  constructor(
    { label, totalBytes, files }: { label: string; totalBytes: number; files: number },
    report: (progress: PullProgress) => void,
  ) {
    this.#label = label;
    this.#totalBytes = totalBytes;
    this.#files = files;
    this.#report = report;
  }

  /** So many bytes of this file are here. */
  at(path: string, bytes: number): void {
    const known = this.#received.get(path) ?? 0;
    if (bytes <= known) return;
    this.#received.set(path, bytes);
    this.#sumBytes += bytes - known;
    const step = Math.max(MIN_STEP_BYTES, this.#totalBytes / STEPS);
    if (this.#sumBytes - this.#reportedBytes >= step) this.#tell();
  }

  /** This file is wholly there. */
  done(path: string, bytes: number): void {
    this.at(path, bytes);
    this.#filesDone += 1;
    this.#tell();
  }

  /** So many files and bytes were there before. */
  begin(files: number, bytes: number): void {
    this.#filesDone = files;
    this.#sumBytes = bytes;
    this.#tell();
  }

  #tell(): void {
    this.#reportedBytes = this.#sumBytes;
    this.#report({
      image: this.#label,
      receivedBytes: this.#sumBytes,
      totalBytes: this.#totalBytes,
      layersDone: this.#filesDone,
      layers: this.#files,
    });
  }
}
