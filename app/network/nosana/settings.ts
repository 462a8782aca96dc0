/** A few small texts that outlive the process; the host keeps them in its database. */
export interface NetworkSettings {
  get(key: string): string | null;
  set(key: string, value: string): void;
}
