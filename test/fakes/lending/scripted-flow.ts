import type { AdmissionState } from '../../../app/contract/admission.ts';
import type { AdmissionFlow } from '../../../app/lending/admitting.ts';

/** A way to be admitted whose steps a test tells it. */
export class ScriptedFlow implements AdmissionFlow {
  state: AdmissionState = { step: 'unknown' };
  attempts = 0;
  isStopped = false;
  signal: AbortSignal | null = null;
  #listener: (() => void) | null = null;
  #end: ((state: AdmissionState) => void) | null = null;

  onChange(listener: () => void): () => void {
    this.#listener = listener;
    return () => (this.#listener = null);
  }

  admit(signal: AbortSignal): Promise<AdmissionState> {
    this.attempts += 1;
    this.signal = signal;
    return new Promise((resolve) => {
      this.#end = resolve;
      signal.addEventListener('abort', () => resolve(this.state), { once: true });
    });
  }

  stop(): void {
    this.isStopped = true;
  }

  show(state: AdmissionState): void {
    this.state = state;
    this.#listener?.();
  }

  /** The attempt in hand comes to its end. */
  end(state: AdmissionState): void {
    this.show(state);
    this.#end?.(state);
  }
}
