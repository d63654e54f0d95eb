import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Seen from the browser: `up` is what it sends, `down` what it gets. */
export type Direction = 'up' | 'down';

/**
 * A network line of one person: a SOCKS5 proxy that a browser context is started with, so that everything of that
 * person (pages, requests, sockets) goes over it as plain TCP, and nobody else is touched when it is cut.
 *
 * What the browser's own "offline" switch cannot do, this does: connections that break in the middle, connections that
 * stay open and silent, and slow ones.
 */
export class Line {
  private readonly sockets = new Set<Socket>();
  private readonly flows = new Set<Flow>();
  private readonly silent = new Set<Direction>();
  private isCut = false;
  private milliseconds = 0;

  private constructor(private readonly server: Server) {}

  /** Opens a line on a free port. */
  static async open(): Promise<Line> {
    const server = createServer({ allowHalfOpen: true });
    const line = new Line(server);
    server.on('connection', (socket) => line.accept(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return line;
  }

  /** For the `proxy` option of a browser context. */
  get proxy(): { server: string } {
    return { server: `socks5://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
  }

  /** The network is gone: every connection is reset, in both directions, and every new one too. */
  cut(): void {
    this.isCut = true;
    for (const flow of this.flows) flow.drop();
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /**
   * The network goes silent: connections stay open, but nothing arrives any more in the given direction (default: both).
   * What is sent meanwhile is held, and arrives with `restore()`; after a `cut()` it never does.
   */
  halfOpen(...directions: Direction[]): void {
    for (const direction of directions.length ? directions : (['up', 'down'] as const)) this.silent.add(direction);
    this.settle();
  }

  /** Everything that is sent from now on arrives this much later, in order. 0 ends it. */
  delay(milliseconds: number): void {
    this.milliseconds = milliseconds;
  }

  /** The network is back: new connections work, and what was held on silent ones arrives. A delay stays. */
  restore(): void {
    this.isCut = false;
    this.silent.clear();
    this.settle();
  }

  /** Ends the line and everything on it. */
  async close(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.server.close(closed));
  }

  private accept(browser: Socket): void {
    this.keep(browser);
    if (this.isCut) browser.resetAndDestroy();
    else this.greet(browser).catch(() => browser.destroy());
  }

  /** SOCKS5 without sign-in, CONNECT only; then both ends are joined. */
  private async greet(browser: Socket): Promise<void> {
    const read = reader(browser);
    const methods = (await read(2)).readUInt8(1);
    await read(methods);
    browser.write(Buffer.from([5, 0]));
    const host = await readHost(read, (await read(4)).readUInt8(3));
    const port = (await read(2)).readUInt16BE(0);
    const server = connect({ host, port, allowHalfOpen: true });
    this.keep(server);
    try {
      await once(server, 'connect');
    } catch {
      browser.end(answer(REFUSED));
      return;
    }
    browser.write(answer(GRANTED));
    this.join('up', browser, server);
    this.join('down', server, browser);
  }

  private join(direction: Direction, from: Socket, to: Socket): void {
    const flow = new Flow(direction, () => this.milliseconds);
    this.flows.add(flow);
    from.setNoDelay(true);
    from.on('data', (bytes: Buffer) => flow.push(() => to.writable && to.write(bytes)));
    from.on('end', () => flow.push(() => to.end()));
    from.on('close', (broken) => {
      flow.push(() => {
        if (broken) to.resetAndDestroy();
        else to.end();
        this.flows.delete(flow);
      });
    });
    flow.hold(this.silent.has(direction));
    from.resume();
  }

  private settle(): void {
    for (const flow of this.flows) flow.hold(this.silent.has(flow.direction));
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}

/** One direction of one connection: hands on what it is given in order, late where the line is slow, not while it is silent. */
class Flow {
  private queue: { due: number; hand: () => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isHeld = false;

  constructor(
    readonly direction: Direction,
    private readonly delay: () => number,
  ) {}

  push(hand: () => void): void {
    this.queue.push({ due: Date.now() + this.delay(), hand });
    this.pump();
  }

  hold(held: boolean): void {
    this.isHeld = held;
    this.pump();
  }

  /** What waits is lost. */
  drop(): void {
    this.queue = [];
  }

  private pump(): void {
    clearTimeout(this.timer);
    while (!this.isHeld && this.queue[0]) {
      const wait = this.queue[0].due - Date.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.pump(), wait);
        return;
      }
      this.queue.shift()?.hand();
    }
  }
}

const GRANTED = 0;
const REFUSED = 5;

function answer(code: number): Buffer {
  return Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
}

type Read = (length: number) => Promise<Buffer>;

/** Reads exactly so many bytes from a socket that does not flow yet. */
function reader(socket: Socket): Read {
  return async (length) => {
    while (length > 0) {
      const bytes = socket.read(length) as Buffer | null;
      if (bytes) return bytes;
      if (socket.readableEnded || socket.destroyed) throw new Error('the browser hung up');
      await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
    }
    return Buffer.alloc(0);
  };
}

async function readHost(read: Read, kind: number): Promise<string> {
  const [IPV4, IPV6] = [1, 4];
  if (kind === IPV4) return [...(await read(4))].join('.');
  if (kind === IPV6) {
    const bytes = await read(16);
    return Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16)).join(':');
  }
  const length = (await read(1)).readUInt8(0);
  return (await read(length)).toString('utf8');
}
