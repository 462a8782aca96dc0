import { contextBridge, ipcRenderer } from 'electron';

// One frozen object with three verbs: the page learns no channel names and gets no event objects.
contextBridge.exposeInMainWorld('offpeak', {
  connect: () => ipcRenderer.send('offpeak:hello'),
  send: (message: unknown) => ipcRenderer.send('offpeak:to-host', message),
  onMessage: (listener: (message: unknown) => void) => {
    ipcRenderer.on('offpeak:to-view', (_event, message: unknown) => listener(message));
  },
});
