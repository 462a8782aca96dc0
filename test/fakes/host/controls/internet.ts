import net from 'node:net';
import { Controls, Internet } from './controls.ts';

/*
 * Stands in for one server of the Internet. The host asks a public address, and all of its own
 * checks of addresses hold; only the connection itself ends at a server of the test.
 */

/** Leads connections of this process to the public address of the controls to this computer. */
export function fakeInternet(folder: string): void {
  const controls = new Controls(folder);
  const connect: unknown = Reflect.get(net.Socket.prototype, 'connect');
  if (typeof connect !== 'function') throw new Error('node:net has no connect');
  Reflect.defineProperty(net.Socket.prototype, 'connect', {
    value(this: unknown, ...values: unknown[]): unknown {
      const [first] = values;
      // Inside Node the arguments come as one list.
      const options: unknown = Array.isArray(first) ? first[0] : first;
      const server = controls.read('internet', Internet);
      if (server !== null && isOptions(options) && options.host === server.address) {
        options.host = '127.0.0.1';
        options.port = server.port;
      }
      return Reflect.apply(connect, this, values) as unknown;
    },
  });
}

function isOptions(value: unknown): value is { host: unknown; port: unknown } {
  return typeof value === 'object' && value !== null && 'host' in value && 'port' in value;
}
