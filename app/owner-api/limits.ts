/** What visitors may take up. Sizes in bytes. */
export interface OwnerApiLimits {
  readonly bodyBytes: number;
  /** Until the headers of a request are there. */
  readonly headersMs: number;
  /** Until all of a request is there. */
  readonly requestMs: number;
  readonly answerMs: number;
  readonly connections: number;
  /** Streams of one job, of events and over WebSockets together. */
  readonly streamsOfJob: number;
  readonly streams: number;
  /** Between two looks at how a job goes, in one stream. */
  readonly paceMs: number;
  /** Between two signs of life in a stream of events. */
  readonly keepAliveMs: number;
  /** A stream of events that has so much unread is cut. */
  readonly unreadBytes: number;
  /** Until the first frame of a WebSocket is there. */
  readonly firstFrameMs: number;
  readonly frameBytes: number;
  readonly subscriptionsOfSocket: number;
  /** Between two pings; one that is not answered until the next ends the socket. */
  readonly pingMs: number;
  /** A WebSocket that takes nothing for so long is cut. */
  readonly unreadMs: number;
}

export const USUAL_LIMITS: OwnerApiLimits = {
  bodyBytes: 1024 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  answerMs: 120_000,
  connections: 64,
  streamsOfJob: 8,
  streams: 24,
  paceMs: 1000,
  keepAliveMs: 15_000,
  unreadBytes: 256 * 1024,
  firstFrameMs: 10_000,
  frameBytes: 16 * 1024,
  subscriptionsOfSocket: 4,
  pingMs: 30_000,
  unreadMs: 30_000,
};
