import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayOpenOutside } from '../../../main/outside-links.ts';
import { isAllowed } from '../../../main/permissions.ts';
import { webPreferences } from '../../../main/web-preferences.ts';

const electronPackage = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const electronTypes = readFileSync(join(electronPackage, 'electron.d.ts'), 'utf8');

describe('a link to the outside', () => {
  it.each([
    'https://docs.nosana.com/hosts/grid.html',
    'https://explorer.nosana.com/jobs/abc',
    'https://docs.docker.com/engine/install/',
  ])('opens when it is on the list: %s', (url) => {
    expect(mayOpenOutside(url)).toBe(true);
  });

  it.each([
    'http://docs.nosana.com/',
    'https://docs.nosana.com.evil.example/',
    'https://docs.nosana.com@evil.example/',
    'https://user:word@docs.nosana.com/',
    'https://xn--nosna-3ve.com/',
    'https://docs.nosana.com:8443/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'smb://server/share',
    'ms-settings:privacy',
    '//docs.nosana.com/',
    '',
  ])('stays closed otherwise: %s', (url) => {
    expect(mayOpenOutside(url)).toBe(false);
  });
});

describe('what the page may ask of the browser', () => {
  // Every name in electron.d.ts; a new one is denied until somebody decides.
  const names = [
    ...new Set(
      [
        ...electronTypes.matchAll(/setPermission(?:Request|Check)Handler\(([^]*?)\): void/g),
      ].flatMap(([, signature = '']) =>
        [...signature.matchAll(/'([\w-]+)'/g)].map(([, name]) => name ?? ''),
      ),
    ),
  ];

  it('is the clipboard, for writing, and nothing else', () => {
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => isAllowed(name))).toEqual(['clipboard-sanitized-write']);
  });
});

describe('the window’s preferences', () => {
  it('make the page a guest that sees neither Node nor Electron', () => {
    expect(webPreferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
    expect(Object.isFrozen(webPreferences)).toBe(true);
  });
});
