/* global createBridge, createCodec, document, standInPost */
/**
 * The preload's isolated world: runs the preload with the require, process and electron that a
 * sandboxed preload has in Electron. `standInPost` is a DevTools binding that only this world has.
 */
export function startPreloadWorld({ token, process }, preload) {
  const codec = createCodec();
  const bridge = createBridge(`${token}-preload`, `${token}-page`);
  const exposed = new Set();
  const invocations = new Map();
  const listeners = new Map();
  let lastId = 0;

  const post = (message) => standInPost(JSON.stringify(message));
  const listenersOf = (channel) => listeners.get(channel) ?? [];
  const listen = (channel, listener, once) => {
    listeners.set(channel, [...listenersOf(channel), { listener, once }]);
    return ipcRenderer;
  };
  const forget = (channel, listener) => {
    listeners.set(
      channel,
      listenersOf(channel).filter((one) => one.listener !== listener),
    );
    return ipcRenderer;
  };

  const ipcRenderer = loud('ipcRenderer', {
    send: (channel, ...args) => post({ kind: 'send', channel, payload: codec.encode(args) }),
    invoke: async (channel, ...args) => {
      const payload = codec.encode(args);
      const { promise, resolve, reject } = Promise.withResolvers();
      invocations.set(++lastId, { resolve, reject });
      post({ kind: 'invoke', id: lastId, channel, payload });
      return promise;
    },
    on: (channel, listener) => listen(channel, listener, false),
    addListener: (channel, listener) => listen(channel, listener, false),
    once: (channel, listener) => listen(channel, listener, true),
    off: forget,
    removeListener: forget,
    removeAllListeners: (channel) => {
      if (channel === undefined) listeners.clear();
      else listeners.delete(channel);
      return ipcRenderer;
    },
  });

  const contextBridge = loud('contextBridge', {
    exposeInMainWorld: (key, value) => {
      if (exposed.has(key))
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      bridge.expose(key, value);
      exposed.add(key);
    },
  });

  /** The main process calls this: with the end of an invocation, or with a message of a channel. */
  globalThis.standInReceive = (kind, key, payload) => {
    const value = codec.decode(payload);
    if (kind === 'message') {
      for (const { listener, once } of listenersOf(key)) {
        if (once) forget(key, listener);
        listener({ sender: ipcRenderer, ports: [] }, ...value);
      }
      return;
    }
    const { resolve, reject } = invocations.get(key);
    invocations.delete(key);
    if (kind === 'resolve') resolve(value);
    else reject(new Error(value));
  };

  function loud(name, members) {
    return new Proxy(members, {
      get(object, key) {
        if (key in object || typeof key === 'symbol' || key === 'then') return object[key];
        throw new Error(`${name}.${key} is not implemented in the Electron stand-in`);
      },
    });
  }

  function require(id) {
    if (/^electron(\/renderer|\/common)?$/.test(id))
      return loud('electron', { ipcRenderer, contextBridge });
    throw new Error(`module not found: ${id}`);
  }

  document.addEventListener(`${token}-open`, ({ detail }) => standInPost(detail));

  const module = { exports: {} };
  try {
    preload(require, module, module.exports, loud('process', process));
  } catch (error) {
    post({ kind: 'preload-error', payload: codec.encode(error) });
  }
}
