import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standInMissing } from '../../fakes/electron/launch.ts';
import { openDemo, startDemo } from './demo.ts';

const missing = standInMissing();

describe.skipIf(missing !== null)(
  `a page under the Electron stand-in (${missing ?? 'real Chromium'})`,
  () => {
    let shared: Awaited<ReturnType<typeof startDemo>>;
    beforeAll(async () => {
      shared = await startDemo();
    });
    afterAll(() => shared.close());

    it('opens with the preload in a world of its own', async () => {
      const { app, page } = shared;
      expect(app.windows()).toHaveLength(1);
      expect(await page.locator('html').getAttribute('data-globals')).toBe('');
      expect(await page.evaluate(() => demo.arguments)).toEqual(['--demo']);
      expect(await page.evaluate(() => demo.electron)).toMatch(/^\d+\.\d+\.\d+$/);
    });

    it('crosses the bridge by copying, proxying and freezing', async () => {
      const { page } = shared;
      const seen = await page.evaluate(async () => {
        demo.bytes[0] = 9;
        return {
          firstByteOfThePreload: demo.firstByte(),
          sum: demo.add(2, 3),
          visited: demo.each([1, 2], (one) => [one, 'seen']),
          later: await demo
            .later(new Map([['a', 1n]]))
            .then((map) => map instanceof Map && String(map.get('a'))),
          frozen: [demo, demo.list, demo.list[1], demo.add].map((one) => Object.isFrozen(one)),
          isOurArray: demo.list instanceof Array,
        };
      });
      expect(seen).toEqual({
        firstByteOfThePreload: 1,
        sum: 5,
        visited: [
          [1, 'seen'],
          [2, 'seen'],
        ],
        later: '1',
        frozen: [true, true, true, true],
        isOurArray: true,
      });
    });

    it('carries errors over the bridge, and refuses what cannot be copied', async () => {
      const { page } = shared;
      const failures = await page.evaluate(async () => {
        const of = async (run: () => unknown): Promise<string> => {
          try {
            await run();
            return 'no error';
          } catch (error) {
            return String(error);
          }
        };
        return {
          sync: await of(() => demo.fail()),
          later: await of(() => demo.failLater()),
          symbol: await of(() => demo.symbol()),

          again: await of(() => demo.exposeAgain()),
          sendSync: await of(() => demo.sendSync()),
        };
      });
      expect(failures).toEqual({
        sync: 'RangeError: too far',
        later: 'Error: too late',
        symbol: 'Error: An object could not be cloned.',

        again: 'Error: Cannot bind an API on top of an existing property on the window object',
        sendSync: 'Error: ipcRenderer.sendSync is not implemented in the Electron stand-in',
      });
    });

    it('keeps the types of values through invoke', async () => {
      const { page } = shared;
      const back = await page.evaluate(async () => {
        const sent = [
          new Date(5),
          new Set([1]),
          /a/g,
          new Uint16Array([7]),
          undefined,
          Number.NaN,
          -0,
          { $: 1 },
        ];
        const got = await demo.invoke('echo', sent);
        const back: unknown[] = got instanceof Array ? got : [];
        const [date, set, pattern, numbers, nothing, nan, zero, object] = back;
        return [
          date instanceof Date && date.getTime(),
          set instanceof Set && set.has(1),
          pattern instanceof RegExp && pattern.flags,
          numbers instanceof Uint16Array && numbers[0],
          nothing === undefined && back.length,
          Number.isNaN(nan),
          Object.is(zero, -0),
          JSON.stringify(object),
        ];
      });
      expect(back).toEqual([5, true, 'g', 7, 8, true, true, '{"$":1}']);
    });

    it('fails invoke with the texts of Electron', async () => {
      const { page } = shared;
      const failures = await page.evaluate(async () => {
        const of = (channel: string, value?: unknown): Promise<unknown> =>
          demo
            .invoke(channel, value)
            .catch((error: unknown) => (error instanceof Error ? error.message : null));
        return [
          await of('fail'),
          await of('nobody'),
          await of('function'),
          await of('echo', [() => 1]),
        ];
      });
      expect(failures.slice(0, 3)).toEqual([
        "Error invoking remote method 'fail': TypeError: bad card",
        "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
        "Error invoking remote method 'function': Error: An object could not be cloned.",
      ]);
      expect(failures[3]).toContain('An object could not be cloned.');
    });

    it('tells main which frame speaks, and delivers its messages in order', async () => {
      const { page } = shared;
      expect(await page.evaluate(() => demo.invoke('sender'))).toEqual({
        url: 'app://ui/index.html',
        origin: 'app://ui',
        isMainFrame: true,
      });
      const heard = await page.evaluate(
        () =>
          new Promise((resolve) => {
            const all: number[] = [];
            demo.count(5, (n) => {
              all.push(n);
              if (n === 5) resolve(all);
            });
          }),
      );
      expect(heard).toEqual([1, 2, 3, 4, 5]);
    });

    it('obeys the content security policy of the custom scheme', async () => {
      const { page } = shared;
      expect(await page.locator('#inline').textContent()).toBe('script of the file only');
      await expect(page.evaluate('fetch("https://elsewhere.invalid/")')).rejects.toThrow(
        'Failed to fetch',
      );
    });

    it('lets the guards stop navigation and windows', async () => {
      const { app, page } = shared;
      await page.locator('#away').click();
      await page.locator('#other').click();
      expect(await page.evaluate('window.open("/opened", "name", "width=10")')).toBe(null);
      await expect
        .poll(() => app.evaluate(() => electronStandIn.records.map((one) => one.args[0])))
        .toEqual([
          'https://elsewhere.invalid/link',
          'https://elsewhere.invalid/link',
          'app://ui/opened',
          'app://ui/opened',
        ]);
      expect(app.windows()).toHaveLength(1);
      const url = await app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
      );
      expect(url).toBe('app://ui/index.html');
      expect(await page.locator('h1').textContent()).toBe('Demo');
    });

    it('denies permissions as the session handler says', async () => {
      const { page } = shared;
      expect(await page.evaluate('Notification.requestPermission()')).toBe('denied');
      const state = 'navigator.permissions.query({ name: "geolocation" }).then((one) => one.state)';
      expect(await page.evaluate(state)).toBe('denied');
    });

    it('cancels what onBeforeRequest cancels', async () => {
      const { app } = await openDemo();
      const failure = await app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.loadURL('https://blocked.invalid/').catch(String),
      );
      expect(failure).toBe("Error: ERR_BLOCKED_BY_CLIENT (-20) loading 'https://blocked.invalid/'");
    });

    it('tells main when the page crashes', async () => {
      const { app } = await openDemo();
      const reason = await app.evaluate(
        ({ app: main, BrowserWindow }) =>
          new Promise((resolve) => {
            main.once('render-process-gone', (_event, _contents, details) =>
              resolve(details.reason),
            );
            BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
          }),
      );
      expect(reason).toBe('crashed');
    });
  },
);
