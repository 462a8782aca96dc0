import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { type Faithful, loud } from './loud.ts';
import { createCodec } from './world/codec.js';

type Handler = (event: object, ...args: unknown[]) => unknown;

/** The end of an invocation, as the preload's world takes it. */
export interface Reply {
  kind: 'resolve' | 'reject';
  payload: string;
}

const codec = createCodec();
const handlers = new Map<string, Handler>();

class IpcMain
  extends EventEmitter
  implements Faithful<Electron.IpcMain, IpcMain, 'handle' | 'handleOnce'>
{
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    handlers.set(channel, handler);
  }

  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (...args) => {
      this.removeHandler(channel);
      return handler(...args);
    });
  }

  removeHandler(channel: string): void {
    handlers.delete(channel);
  }
}

export const ipcMain = loud('ipcMain', new IpcMain());

/** Runs the channel's handler; a failure becomes the text that Electron gives to the page. */
export async function invoke(channel: string, event: object, args: unknown[]): Promise<Reply> {
  try {
    const handler = handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return { kind: 'resolve', payload: codec.encode(await handler(event, ...args)) };
  } catch (error) {
    console.error(`Error occurred in handler for '${channel}':`, error);
    const text = `Error invoking remote method '${channel}': ${String(error)}`;
    return { kind: 'reject', payload: codec.encode(text) };
  }
}
