import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  importBusybox,
  newId,
  openRoom,
  runToEnd,
  shell,
  started,
  whyNoEngine,
} from './engine-kit.ts';

const reason = await whyNoEngine();

describe.skipIf(reason !== null)(
  `a job in its container${reason === null ? '' : ` (${reason})`}`,
  () => {
    const room = openRoom();

    beforeAll(() => importBusybox());
    afterAll(async () => {
      await room.sweep([]);
    });

    it('has the few rights that images need over their own files and users, and cannot get others', async () => {
      const { out } = await runToEnd(
        room,
        shell('grep -E "Cap|NoNewPrivs|Seccomp:" /proc/self/status'),
      );
      // 2 is "a filter is at work".
      expect(out.split('\n').map((line) => line.replaceAll('\t', ' '))).toEqual([
        'CapInh: 0000000000000000',
        'CapPrm: 00000000000000eb',
        'CapEff: 00000000000000eb',
        'CapBnd: 00000000000000eb',
        'CapAmb: 0000000000000000',
        'NoNewPrivs: 1',
        'Seccomp: 2',
      ]);
    });

    it('cannot mount, look at devices, change the kernel or raise its own limits', async () => {
      const { out } = await runToEnd(
        room,
        shell(
          [
            'mount -t tmpfs none /tmp 2>/dev/null && echo mounted',
            'mknod /disk b 8 0 2>/dev/null && echo made a device',
            'echo 1 2>/dev/null >/proc/sys/kernel/panic && echo changed the kernel',
            'ls /dev | grep -E "^(sd|vd|nvme|nvidia|mem|kmsg)" && echo saw a device',
            'chroot / /bin/true 2>/dev/null && echo changed its root',
            'unshare -U /bin/true 2>/dev/null && echo made a user namespace',
            'nice -n -5 true 2>/dev/null && echo ran before others',
            'echo done',
          ].join('\n'),
        ),
      );
      expect(out).toBe('done');
    });

    it('sees no engine, no file of the owner and no other process', async () => {
      const { out } = await runToEnd(
        room,
        shell(
          'ls /; find / -xdev -name "docker.sock"; ls -d /proc/[0-9]* | wc -l; mount | grep -c " /host"',
        ),
      );
      expect(out).not.toContain('docker.sock');
      expect(out).not.toMatch(/^(root|home|var|work)$/m);
      const [processes = '99'] = out.split('\n').slice(-2);
      expect(Number(processes)).toBeLessThan(8);
    });

    it('is ended by the kernel when it takes more memory than its share', async () => {
      const { end } = await runToEnd(room, shell('tail /dev/zero'));
      expect(end).toMatchObject({ state: 'exited', exitCode: 137, outOfMemory: true });
    });

    it('cannot make more processes than its share, and takes them all with it', async () => {
      const { out, err, end } = await runToEnd(
        room,
        shell('i=0; while [ $i -lt 3000 ]; do sleep 300 & i=$((i+1)); done; echo all of them'),
      );
      expect(err).toMatch(/can't fork/);
      expect(out).not.toContain('all of them');
      expect(end).toMatchObject({ state: 'exited' });
    });

    it('has a shared memory that is larger than usual but bounded, and no swap', async () => {
      const { out } = await runToEnd(room, shell('df -m /dev/shm | tail -1; ulimit -n; ulimit -c'));
      // At least 1 GiB where a job has so much memory; here all of its 256 MiB.
      expect(out).toMatch(/\s256\s/);
      expect(out.split('\n').slice(1)).toEqual(['16384', '0']);
    });

    it('reaches its own siblings by alias, and nothing else', async () => {
      const host = await listen();
      const run = newId('run');
      const neighbour = await listenerIn(newId('run'), 0, 'neighbour');
      await listenerIn(run, 0, 'sibling');
      const addresses = [
        ...ownAddresses(),
        '169.254.169.254',
        '10.0.0.1',
        '192.168.1.1',
        '1.1.1.1',
      ];
      const probe = [
        'gateway=$(ip route | sed -n "s/^default via \\([0-9.]*\\).*/\\1/p")',
        'subnet=$(ip -4 addr show eth0 | sed -n "s/.*inet \\([0-9]*\\.[0-9]*\\.[0-9]*\\)\\..*/\\1/p")',
        `try() { nc -w 1 $1 $2 </dev/null 2>/dev/null | grep -q . && echo "reached $1 $2"; }`,
        `for address in $gateway $subnet.1 ${addresses.join(' ')}; do try $address ${host.port}; try $address 22; done`,
        `try ${neighbour} 7777`,
        'sibling=$(nslookup sibling 127.0.0.11 | sed -n "s/^Address: \\([0-9.]*\\)$/\\1/p")',
        'nc -w 3 $sibling 7777 </dev/null',
        'ip -6 addr show | grep inet6',
        'echo done',
      ].join('\n');
      const { out } = await runToEnd(room, shell(probe, { run, index: 1, operation: 'probe' }));
      host.server.close();
      expect(out.split('\n')).toEqual(['hello from sibling', 'done']);
      expect(host.visits()).toBe(0);
    });

    it('learns no names of the home network and asks no name server', async () => {
      const { out } = await runToEnd(room, shell('cat /etc/resolv.conf; cat /etc/hosts'));
      expect(out.match(/^nameserver.*/gm)).toEqual(['nameserver 127.0.0.11']);
      expect(out).not.toMatch(/^search/m);
      expect(out).not.toContain('host.docker.internal');
    });

    /** Starts a container that greets on port 7777; returns its address. */
    async function listenerIn(run: string, index: number, name: string): Promise<string> {
      const script = `ip -4 addr show eth0; echo ready; while true; do echo "hello from ${name}" | nc -l -p 7777; done`;
      const spec = shell(script, { run, index, operation: name, aliases: [name] });
      const container = await started(room, spec);
      let address = '';
      const stop = new AbortController();
      const onLine = ({ text }: { text: string }): void => {
        address = /inet ([0-9.]+)/.exec(text)?.[1] ?? address;
        if (text === 'ready') stop.abort();
      };
      await room.followLogs(container, { since: null, skip: 0, onLine }, stop.signal);
      return address;
    }
  },
);

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter((one) => one.family === 'IPv4' && !one.internal).map((one) => one.address);
}

/** A server on every address of this computer that counts who comes. */
async function listen(): Promise<{ port: number; visits: () => number; server: Server }> {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.end('hello from the host\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { port, visits: () => visits, server };
}
