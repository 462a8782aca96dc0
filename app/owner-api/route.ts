import type { JobDoor } from '../jobs/door-ports.ts';
import type { NodeInfo } from './node-info.ts';
import { refusal, type Reply } from './reply.ts';

/** What the routes work with. */
export interface House {
  readonly door: JobDoor;
  /** Address of this host. */
  readonly address: string;
  /** What everybody may know of this host now. */
  readonly nodeInfo: () => NodeInfo;
  /** Between two looks of a stream at how its job goes, in ms. */
  readonly paceMs: number;
}

/** One thing that can be asked at the door. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `:job` stands for the address of a job, `:group` and `:op` for names in its definition. */
  readonly path: string;
  /** For docs/owner-api.md. */
  readonly does: string;
} & (
  | { readonly access: 'anybody'; readonly answer: (house: House) => Reply }
  | {
      readonly access: 'owner';
      /** A header of the owner that brought this about can change nothing more. */
      readonly changes: boolean;
      /** A JSON body is read; else any is ignored. */
      readonly takesBody?: true;
      /** Holds one of the seats for streams while it goes on. */
      readonly streams?: 'always' | 'if-asked';
      readonly answer: (house: House, visit: Visit) => Reply | Promise<Reply>;
    }
);

/** What a visitor whom the door believes asks for. */
export interface Visit {
  readonly job: string;
  readonly group: string;
  readonly operation: string;
  readonly query: URLSearchParams;
  /** JSON; empty where the route takes none. */
  readonly body: string;
  /** The visitor wants events. */
  readonly wantsStream: boolean;
}

/** The job ended between the check of its owner and the answer. */
export const GONE: Reply = refusal(404, 'This host does not work on this job.');
