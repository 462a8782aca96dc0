import type * as Electron from 'electron';
import { app } from './app.ts';
import { type Faithful, LoudEmitter, makeLoud, notImplemented } from './loud.ts';

type Template = (Electron.MenuItemConstructorOptions | MenuItem)[];

/** An entry of a menu; `click()` does what a person's click does. */
export class MenuItem implements Faithful<Electron.MenuItem, MenuItem, 'submenu'> {
  readonly id: string;
  readonly type: Electron.MenuItem['type'];
  label: string;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly submenu: Menu | null;
  readonly click: () => void;

  constructor(options: Electron.MenuItemConstructorOptions) {
    const { submenu, role } = options;
    if (options.type === 'radio') notImplemented("MenuItem type 'radio'");
    if (submenu && !Array.isArray(submenu)) notImplemented('MenuItem with a built Menu');
    this.id = options.id ?? '';
    this.type = options.type ?? (submenu ? 'submenu' : 'normal');
    this.label = options.label ?? role ?? '';
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.submenu = Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : null;
    this.click = () => {
      if (!this.enabled || !this.visible) throw new Error(`nobody can click '${this.label}' now`);
      if (this.type === 'checkbox') this.checked = !this.checked;
      if (role === 'quit') app.quit();
      else if (role) notImplemented(`MenuItem role '${role}'`);
      else Reflect.apply(options.click ?? (() => undefined), undefined, [this, undefined, {}]);
    };
  }
}

makeLoud(MenuItem);

export class Menu extends LoudEmitter implements Faithful<Electron.Menu, Menu, MenuOfItems> {
  static #application: Menu | null = null;
  readonly items: MenuItem[] = [];

  static buildFromTemplate(template: Template): Menu {
    const menu = new Menu();
    for (const one of template) menu.append(one instanceof MenuItem ? one : new MenuItem(one));
    return menu;
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  append(item: MenuItem): void {
    this.items.push(item);
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}

type MenuOfItems = 'append' | 'getMenuItemById' | 'items';
