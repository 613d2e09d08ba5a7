/** Nest's way of starting and stopping message handling, over the topology: no pattern decorators, no renamed group. */
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';

export interface Hearing {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export class BusTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('lethe-bus');
  readonly #hearing: Hearing;

  constructor(hearing: Hearing) {
    super();
    this.#hearing = hearing;
  }

  listen(callback: (error?: unknown) => void): void {
    this.#hearing.start().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  close(): Promise<void> {
    return this.#hearing.stop();
  }

  on(): never {
    throw new Error('the bus has no transport events; watch its health');
  }

  unwrap(): never {
    throw new Error('the bus is not unwrapped; it comes in as a port');
  }
}
