/* global addEventListener, CustomEvent, createBridge, document, URL */
/** The page's world: shows what the preload exposes, and tells of windows instead of opening them. */
export function startPageWorld(token) {
  createBridge(`${token}-page`, `${token}-preload`, (key, value) => {
    Object.defineProperty(globalThis, key, { value: deepFreeze(value), enumerable: true });
  });

  // Electron asks main before a window exists; Chromium would open it and tell afterwards.
  const here = ['', '_self', '_parent', '_top'];
  const chromiumOpen = globalThis.open;
  globalThis.open = (url = 'about:blank', frameName = '_blank', features = '') => {
    if (here.includes(frameName)) return chromiumOpen(url, frameName, features);
    tellOpen(new URL(url, document.baseURI).href, frameName, features);
    return null;
  };

  // On window and after the page's own listeners, which may have prevented the click.
  for (const kind of ['click', 'auxclick']) addEventListener(kind, onClick);

  function onClick(event) {
    const link = event.composedPath().find((one) => one.matches?.('a[href], area[href]'));
    const isModified = event.ctrlKey || event.metaKey || event.shiftKey || event.button === 1;
    const isElsewhere = link && (isModified || !here.includes(link.target));
    if (!isElsewhere || event.button > 1 || event.defaultPrevented) return;
    event.preventDefault();
    tellOpen(link.href, link.target, '');
  }

  function tellOpen(url, frameName, features) {
    const name = frameName === '_blank' ? '' : frameName;
    const detail = JSON.stringify({
      kind: 'open',
      url,
      frameName: name,
      features: String(features),
    });
    document.dispatchEvent(new CustomEvent(`${token}-open`, { detail }));
  }

  function deepFreeze(value) {
    const isObject = typeof value === 'function' || (typeof value === 'object' && value !== null);
    if (!isObject || ArrayBuffer.isView(value)) return value; // bytes cannot be frozen
    Object.values(value).forEach(deepFreeze);
    return Object.freeze(value);
  }
}
