/* global window */
const { contextBridge, ipcRenderer } = require('electron');

window.secretOfPreload = 'the page must not see this';
const bytes = new Uint8Array([1, 2, 3]);

contextBridge.exposeInMainWorld('demo', {
  arguments: process.argv,
  electron: process.versions.electron,
  list: [1, { deep: true }],
  bytes,
  firstByte: () => bytes[0],
  add: (a, b) => a + b,
  later: async (value) => value,
  fail: () => {
    throw new RangeError('too far');
  },
  failLater: () => Promise.reject(new Error('too late')),
  symbol: () => Symbol('none'),
  each: (values, visit) => values.map((value) => visit(value)),
  invoke: (channel, value) => ipcRenderer.invoke(channel, value),
  count: (upTo, listener) => {
    const heard = (_event, n) => listener(n);
    ipcRenderer.on('counted', heard);
    ipcRenderer.send('count', upTo);
    return () => void ipcRenderer.off('counted', heard);
  },
  exposeAgain: () => contextBridge.exposeInMainWorld('demo', {}),
  sendSync: () => ipcRenderer.sendSync('echo', 1),
});
