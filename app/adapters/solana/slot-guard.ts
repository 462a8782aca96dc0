/** Remembers the newest slot seen: servers, and those behind one name, are not equally far. */
export interface SlotGuard {
  newest(): number;
  note(slot: number): void;
}

/** Starts at slot 0. */
export function createSlotGuard(): SlotGuard {
  let newest = 0;
  return { newest: () => newest, note: (slot) => void (newest = Math.max(newest, slot)) };
}
