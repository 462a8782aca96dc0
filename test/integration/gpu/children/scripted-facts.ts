// Stands in for system-information-child: sends the parts in FAKE_PARTS (JSON), and then either says
// that it is done or, with FAKE_HANG, blocks like a program that waits for DNS.
import { z } from 'zod';

const parts = z.record(z.string(), z.unknown()).parse(JSON.parse(process.env.FAKE_PARTS ?? '{}'));
for (const [part, value] of Object.entries(parts)) process.send?.({ part, value });
if (process.env.FAKE_HANG) setInterval(() => undefined, 1000);
else process.send?.({ part: 'end', value: null });
