import { z } from 'zod';
import {
  MAX_EXPOSED_PORTS,
  MAX_HEADERS,
  MAX_HEALTH_CHECKS,
  MAX_PORT,
  MAX_STATUS,
  MIN_PORT,
  MIN_STATUS,
} from './limits.ts';
import { isLiteral } from './literals.ts';
import { SpreadMarker } from './markers.ts';
import { PathText, Text, dictionary, list, wholeNumber } from './values.ts';

const HttpHealthCheck = z.strictObject({
  type: z.literal('http'),
  path: PathText,
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  expected_status: wholeNumber(MIN_STATUS, MAX_STATUS),
  headers: dictionary(Text, MAX_HEADERS).optional(),
  body: z.unknown().optional(),
  continuous: z.boolean(),
});

const WebSocketHealthCheck = z.strictObject({
  type: z.literal('websocket'),
  expected_response: Text,
  continuous: z.boolean(),
});

const HealthCheck = z.discriminatedUnion('type', [HttpHealthCheck, WebSocketHealthCheck]);

const Port = wholeNumber(MIN_PORT, MAX_PORT);

/** A port with what is known of its service, and how to ask whether it is up. */
const ExposedPort = z.strictObject({
  port: Port,
  type: z.enum(['web', 'api', 'webapi', 'websocket', 'none']).optional(),
  health_checks: list(HealthCheck, MAX_HEALTH_CHECKS).optional(),
});
export type ExposedPort = z.infer<typeof ExposedPort>;

const PortLiteral = z.string().refine(isLiteral, {
  error: 'must be a number, or a literal such as %%ops.setup.results.port%%',
});

const Exposable = z.union([Port, ExposedPort, PortLiteral, SpreadMarker]);

/** `expose` as it is written: ports may still be literals. */
export const Expose = z.union([
  Exposable,
  list(Exposable, MAX_EXPOSED_PORTS).superRefine(refuseRepeatedPorts),
]);
export type Expose = z.infer<typeof Expose>;

const ResolvedExposable = z.union([Port, ExposedPort]);

/** `expose` once every literal is filled in. */
export const ResolvedExpose = z.union([
  ResolvedExposable,
  list(ResolvedExposable, MAX_EXPOSED_PORTS).superRefine(refuseRepeatedPorts),
]);

/** Two tunnels to the same port would get the same public address. */
function refuseRepeatedPorts(
  entries: readonly z.infer<typeof Exposable>[],
  context: z.RefinementCtx,
): void {
  const seen = new Set<number>();
  for (const [index, entry] of entries.entries()) {
    const port = portOf(entry);
    if (port === null) continue;
    if (seen.has(port)) {
      context.addIssue({ code: 'custom', path: [index], message: `exposes port ${port} again` });
    }
    seen.add(port);
  }
}

function portOf(entry: z.infer<typeof Exposable>): number | null {
  if (typeof entry === 'number') return entry;
  return typeof entry === 'object' && 'port' in entry ? entry.port : null;
}
