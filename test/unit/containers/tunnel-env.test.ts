import { describe, expect, it } from 'vitest';
import { doorClient, jobClient } from '../../../app/containers/tunnel-env.ts';
import { publicUrl, type TunnelSettings } from '../../../app/containers/tunnel-settings.ts';
import type { TunnelSpec } from '../../../app/jobs/tunnel-port.ts';

/** As the network's own host has it (nosana-host-protocol.md, 1.1 and 3.7). */
const mainnet: TunnelSettings = {
  image: 'docker.io/nosana/frpc:v1.0.44',
  serverAddress: 'node.k8s.prd.nos.ci',
  serverPort: 7000,
  domain: 'node.k8s.prd.nos.ci',
  httpPort: null,
  isOnThisComputer: false,
};

const spec: TunnelSpec = {
  run: 'run',
  job: 'JoB',
  operation: 'serve',
  index: 0,
  host: 'operation-0',
  ports: [
    { port: 8080, name: 'NaMe8080', healthPath: '/health' },
    { port: 3000, name: 'NaMe3000', healthPath: undefined },
    { port: 9000, name: 'NaMe9000', healthPath: null },
  ],
  deployment: null,
};

describe('the network’s client is started as its own host does it', () => {
  it('for the ports of an operation', () => {
    const { command, env } = jobClient(spec, mainnet);
    expect(command).toEqual(['/entrypoint.sh']);
    const { FRP_PROXIES, ...others } = env;
    expect(others).toEqual({
      FRP_SERVER_ADDR: 'node.k8s.prd.nos.ci',
      FRP_SERVER_PORT: '7000',
      NOSANA_ID: 'JoB',
      DEPLOYMENT_ID: '',
      JOB_ID: 'JoB',
    });
    expect(FRP_PROXIES).toBe(
      JSON.stringify(
        ['8080', '3000', '9000'].map((port) => ({
          name: `NaMe${port}-serve`,
          localIp: 'operation-0',
          localPorts: port,
          opId: 'serve',
          customDomain: `NaMe${port}.node.k8s.prd.nos.ci`,
        })),
      ),
    );
  });

  it('for a job of a deployment: with the group that shares its address, and the path of a check', () => {
    const deployment = { id: 'dep', group: 'HaSh', name: 'DeP' };
    const { env } = jobClient({ ...spec, deployment }, mainnet);
    expect(env).toMatchObject({ DEPLOYMENT_ID: 'dep', FRP_LB_GROUP_KEY: 'HaSh' });
    const [checked, unchecked, unsuitable] = JSON.parse(env['FRP_PROXIES'] ?? '') as object[];
    expect(checked).toEqual({
      name: 'NaMe8080-serve',
      localIp: 'operation-0',
      localPorts: '8080',
      opId: 'serve',
      customDomain: 'NaMe8080.node.k8s.prd.nos.ci',
      deploymentDomain: 'DeP.node.k8s.prd.nos.ci',
      deploymentLoadBalancerGroup: 'DeP-8080',
      deploymentHealthCheckPath: '/health',
    });
    expect(unchecked).not.toHaveProperty('deploymentHealthCheckPath');
    expect(unsuitable).not.toHaveProperty('deploymentHealthCheckPath');
    expect(unchecked).toMatchObject({ deploymentLoadBalancerGroup: 'DeP-3000' });
  });

  it('for the door of the host', () => {
    const { command, env } = doorClient('AdDr', 7998, mainnet);
    expect(command).toEqual(['-c', '/etc/frp/frpc.toml']);
    expect(env).toEqual({
      FRP_SERVER_ADDR: 'node.k8s.prd.nos.ci',
      FRP_SERVER_PORT: '7000',
      FRP_PROXIES: JSON.stringify([
        {
          name: 'API-AdDr',
          localIp: '127.0.0.1',
          localPorts: '7998',
          customDomain: 'AdDr.node.k8s.prd.nos.ci',
        },
      ]),
    });
  });

  it('and finds a server on this computer beside itself', () => {
    const local = { ...mainnet, isOnThisComputer: true, serverAddress: '127.0.0.1' };
    expect(jobClient(spec, local).env).toMatchObject({ FRP_SERVER_ADDR: '127.0.0.1' });
    expect(doorClient('AdDr', 7998, local).command).toEqual(['/entrypoint.sh']);
  });
});

describe('a public address', () => {
  it('is encrypted on the network, and plain where a stand-in plays it', () => {
    expect(publicUrl(mainnet, 'NaMe')).toBe('https://NaMe.node.k8s.prd.nos.ci');
    const local = { ...mainnet, domain: 'localhost', httpPort: 4000 };
    expect(publicUrl(local, 'NaMe')).toBe('http://NaMe.localhost:4000');
  });
});
