import { describe, expect, it } from 'vitest';
import { importBusybox, openRoom, runToEnd, shell, whyNoEngine } from './engine-kit.ts';
import { startPrivateEngine, whyNoPrivateEngine } from './private-engine.ts';

const reason = (await whyNoEngine()) ?? whyNoPrivateEngine();
const why = reason === null ? '' : ` (${reason})`;

describe.skipIf(reason !== null)(`an engine that remaps users${why}`, () => {
  it('is used as it is: root in a job is nobody on the computer, behind its guard all the same', async () => {
    const engine = await startPrivateEngine({ daemon: ['--userns-remap', 'default'] });
    const room = openRoom({ socket: engine.socket });
    try {
      await importBusybox(engine.socket);
      expect(await room.checkEngine()).toMatchObject({ ok: true, remapsUsers: true });
      const { out } = await runToEnd(room, shell('id -u; cat /proc/self/uid_map'));
      const [user, map = ''] = out.split('\n');
      expect(user).toBe('0');
      const [inside, outside] = map.trim().split(/\s+/).map(Number);
      expect(inside).toBe(0);
      expect(outside).toBeGreaterThan(0);
    } finally {
      await room.sweep([]);
      await room.close();
      await engine.remove();
    }
  });
});
