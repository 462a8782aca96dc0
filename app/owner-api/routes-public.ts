import { NodeInfo } from './node-info.ts';
import { answer } from './reply.ts';
import type { Route } from './route.ts';

/** What everybody may ask. */
export const publicRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    access: 'anybody',
    does: 'the address of this host, as a JSON string',
    answer: ({ address }) => answer(address),
  },
  {
    method: 'GET',
    path: '/node/info',
    access: 'anybody',
    does: 'what this host is: state, cards, processor, memory, disk, system, version; never its IP address',
    answer: ({ nodeInfo }) => answer(NodeInfo.parse(nodeInfo())),
  },
];
