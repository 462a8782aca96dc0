import { existsSync, readFileSync } from 'node:fs';
import type * as Electron from 'electron';
import { controls, record } from './controls.ts';
import { type Faithful, loud, LoudEmitter } from './loud.ts';
import type { Menu } from './menu.ts';

type Image = ReturnType<typeof toImage>;

/** What a person would see of a tray icon; `emit` plays their click on the icon itself. */
export interface TrayRecord {
  image: Image;
  toolTip: string;
  contextMenu: Menu | null;
  emit(event: 'click' | 'double-click' | 'right-click'): void;
}

const images = {
  createEmpty: () => toImage(Buffer.alloc(0)),
  createFromBuffer: toImage,
  createFromDataURL: (url: string) => toImage(Buffer.from(url.split(',')[1] ?? '', 'base64')),
  createFromPath: (file: string) =>
    toImage(existsSync(file) ? readFileSync(file) : Buffer.alloc(0)),
};

export const nativeImage = loud(
  'nativeImage',
  images satisfies Faithful<typeof Electron.nativeImage, typeof images, keyof typeof images>,
);

/** A picture as its file's bytes; only a PNG knows its size. Nobody looks at pixels here. */
function toImage(bytes: Buffer) {
  const isPng = bytes.toString('latin1', 1, 4) === 'PNG';
  // A PNG's header holds its width and height at these offsets.
  const [width, height] = isPng ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [0, 0];
  const members = {
    isEmpty: () => bytes.length === 0,
    getSize: () => ({ width, height }),
    setTemplateImage: (option: boolean) => record('nativeImage.setTemplateImage', option),
  };
  return loud('NativeImage', members satisfies Faithful<Electron.NativeImage, typeof members>);
}

/** A tray icon: shown in `electronStandIn.trays` until it is destroyed. */
export class Tray
  extends LoudEmitter
  implements Faithful<Electron.Tray, Tray, 'setContextMenu' | 'setImage'>
{
  readonly #shown: TrayRecord;

  constructor(image: Image | string) {
    super('click', 'double-click', 'right-click');
    this.#shown = {
      image: opened(image),
      toolTip: '',
      contextMenu: null,
      emit: (event) => this.emit(event, {}, { x: 0, y: 0, width: 0, height: 0 }, { x: 0, y: 0 }),
    };
    controls.trays.push(this.#shown);
  }

  setImage(image: Image | string): void {
    this.#shown.image = opened(image);
  }

  setToolTip(toolTip: string): void {
    this.#shown.toolTip = toolTip;
  }

  setContextMenu(menu: Menu | null): void {
    this.#shown.contextMenu = menu;
  }

  destroy(): void {
    controls.trays = controls.trays.filter((tray) => tray !== this.#shown);
  }

  isDestroyed(): boolean {
    return !controls.trays.includes(this.#shown);
  }
}

function opened(image: Image | string): Image {
  const found = typeof image === 'string' ? images.createFromPath(image) : image;
  if (typeof image === 'string' && found.isEmpty()) {
    throw new Error(`Failed to load image from path '${image}'`);
  }
  return found;
}
