import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { HostClient } from '../../../app/contract/client.ts';
import type { ViewMessage } from '../../../app/contract/view-message.ts';
import type { HostMessage } from '../../../app/contract/wire.ts';
import { HostAddress } from '../../../app/serve/remote-host.ts';
import { webSocketWire } from '../../../app/serve/web-socket-wire.ts';

/** A view of the host that runs in a folder, as the dashboard is one; resolves with its first state. */
export async function viewOf(home: string): Promise<HostClient> {
  const file = readFileSync(join(home, 'host.json'), 'utf8');
  const { origin, token } = HostAddress.parse(JSON.parse(file));
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/wire`, { headers });
  // Listening from the first moment: the host greets as soon as the socket is open.
  const view = new HostClient(webSocketWire<ViewMessage, HostMessage>(socket));
  await new Promise<void>((resolve) => {
    const off = view.subscribe(() => {
      off();
      resolve();
    });
  });
  return view;
}
