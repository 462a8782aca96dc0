/* global document, CustomEvent, createCodec */
/**
 * One end of the context bridge. The two worlds of a page share its document and nothing else, so the
 * ends call each other with events on it, whose names hold a token that the page's own code never sees.
 * DOM events are synchronous: a bridged function returns its value at once, as in Electron.
 */
export function createBridge(outgoing, incoming, onExpose) {
  const functions = new Map();
  const promises = new Map();
  let lastId = 0;
  let answer;

  const tell = (message) =>
    document.dispatchEvent(new CustomEvent(outgoing, { detail: JSON.stringify(message) }));

  const codec = createCodec({
    exportFunction: (fn) => {
      functions.set(++lastId, fn);
      return lastId;
    },
    importFunction:
      (id) =>
      (...args) => {
        tell({ kind: 'call', id, payload: codec.encode(args) });
        const { failed, payload } = answer;
        const value = codec.decode(payload);
        if (failed) throw value;
        return value;
      },
    exportPromise: (promise) => {
      const id = ++lastId;
      promise
        .then((value) => tell({ kind: 'settle', id, payload: codec.encode(value) }))
        .catch((error) => tell({ kind: 'settle', id, failed: true, payload: codec.encode(error) }));
      return id;
    },
    importPromise: (id) => new Promise((resolve, reject) => promises.set(id, { resolve, reject })),
  });

  function call({ id, payload }) {
    try {
      return { payload: codec.encode(functions.get(id)(...codec.decode(payload))) };
    } catch (error) {
      return { failed: true, payload: codec.encode(error) };
    }
  }

  document.addEventListener(incoming, ({ detail }) => {
    const message = JSON.parse(detail);
    if (message.kind === 'call') tell({ kind: 'answer', ...call(message) });
    if (message.kind === 'answer') answer = message;
    if (message.kind === 'expose') onExpose(message.key, codec.decode(message.payload));
    if (message.kind === 'settle') {
      const { resolve, reject } = promises.get(message.id);
      promises.delete(message.id);
      (message.failed ? reject : resolve)(codec.decode(message.payload));
    }
  });

  return { expose: (key, value) => tell({ kind: 'expose', key, payload: codec.encode(value) }) };
}
