// A host that waits for a driver for ever; the test ends it the hard way.
import { readCards } from '../../../../app/gpu/cards.ts';

await readCards({ timeoutMs: 600_000 });
