/* global atob, btoa */
/**
 * Turns values into JSON text and back, as Electron copies them between worlds. The same text runs
 * in Node, in the preload's world and in the page's. Functions and promises pass only where `links`
 * (exportFunction, importFunction, exportPromise, importPromise) says how: over the context bridge.
 */
export function createCodec(links) {
  const refuse = (what) => {
    throw new Error(`An object could not be cloned.${what ? ` (${what})` : ''}`);
  };

  function encode(value, above) {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) return value;
    if (typeof value === 'number')
      return { $: 'number', of: Object.is(value, -0) ? '-0' : `${value}` };
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'bigint') return { $: 'bigint', of: `${value}` };
    if (typeof value === 'symbol') return refuse();
    if (typeof value === 'function')
      return links ? { $: 'function', of: links.exportFunction(value) } : refuse();
    if (typeof value.then === 'function')
      return links ? { $: 'promise', of: links.exportPromise(value) } : refuse();
    if (above.includes(value)) refuse('cyclic values are not implemented in the Electron stand-in');
    return encodeObject(value, (inner) => encode(inner, [...above, value]));
  }

  function encodeObject(value, inside) {
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (Array.isArray(value)) return value.map(inside);
    if (ArrayBuffer.isView(value) || tag === 'ArrayBuffer') return encodeBytes(value, tag);
    if (tag === 'Date') return { $: 'Date', of: value.getTime() };
    if (tag === 'RegExp') return { $: 'RegExp', of: [value.source, value.flags] };
    if (tag === 'Error') return { $: 'Error', of: [value.name, value.message] };
    if (tag === 'Map') return { $: 'Map', of: [...value].map((pair) => pair.map(inside)) };
    if (tag === 'Set') return { $: 'Set', of: [...value].map(inside) };
    if (tag !== 'Object') return refuse(tag);
    return { $: 'Object', of: Object.entries(value).map(([key, one]) => [key, inside(one)]) };
  }

  function decode(json) {
    if (json === null || typeof json !== 'object') return json;
    if (Array.isArray(json)) return json.map(decode);
    const { $, of } = json;
    if ($ === 'undefined') return undefined;
    if ($ === 'number') return Number(of);
    if ($ === 'bigint') return BigInt(of);
    if ($ === 'function') return links.importFunction(of);
    if ($ === 'promise') return links.importPromise(of);
    if ($ === 'bytes') return decodeBytes(of);
    if ($ === 'Date') return new Date(of);
    if ($ === 'RegExp') return new RegExp(...of);
    if ($ === 'Error') return decodeError(of);
    if ($ === 'Map') return new Map(of.map(decode));
    if ($ === 'Set') return new Set(of.map(decode));
    return Object.fromEntries(of.map(decode));
  }

  function encodeBytes(value, tag) {
    const bytes =
      tag === 'ArrayBuffer'
        ? new Uint8Array(value)
        : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = '';
    // In slices: a call takes only so many arguments.
    for (let at = 0; at < bytes.length; at += 32768)
      text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return { $: 'bytes', of: [tag, btoa(text)] };
  }

  function decodeBytes([tag, text]) {
    const { buffer } = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return tag === 'ArrayBuffer' ? buffer : new globalThis[tag](buffer);
  }

  function decodeError([name, message]) {
    const Known = globalThis[name];
    const error =
      typeof Known === 'function' && Known.prototype instanceof Error
        ? new Known(message)
        : new Error(message);
    if (error.name !== name) error.name = name;
    return error;
  }

  return {
    encode: (value) => JSON.stringify(encode(value, [])),
    decode: (text) => decode(JSON.parse(text)),
  };
}
