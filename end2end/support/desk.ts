import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** One of the demo's people, as the server wrote them into the data directory. */
export interface Agent {
  name: string;
  email: string;
  password: string;
}

interface Demo {
  console: string;
  shop: string;
  agents: Agent[];
}

export interface DeskOptions {
  /** Start with the demo shop and its people. Default: true. */
  demo?: boolean;
  /** More configuration: `DESKBELL_…` variables. */
  environment?: Record<string, string>;
}

const START_SECONDS = 20;
const STOP_SECONDS = 20;

/** A real server on a free pair of ports with a data directory of its own. It can be ended and started again in place. */
export class Desk {
  /** Everything the server has printed, all starts together. */
  output = '';
  private process: ChildProcess | undefined;
  private demo: Demo | undefined;

  private constructor(
    readonly port: number,
    readonly data: string,
    private readonly options: DeskOptions,
  ) {}

  /** Starts a desk with an empty data directory. */
  static async open(options: DeskOptions = {}): Promise<Desk> {
    const data = await mkdtemp(join(tmpdir(), 'deskbell-'));
    for (let attempt = 1; ; attempt += 1) {
      const desk = new Desk(await freePair(), data, options);
      try {
        await desk.start();
        return desk;
      } catch (error) {
        // Another test may have taken the port between our look and the server's.
        if (attempt === 3 || !/in use/i.test(desk.output)) {
          await desk.close();
          throw error;
        }
      }
    }
  }

  /** The console's address, with a slash at its end. */
  get console(): string {
    return withSlash(this.demo?.console ?? `http://127.0.0.1:${this.port}`);
  }

  /** The demo shop's address: another site than the desk. */
  get shop(): string {
    return withSlash(this.demo?.shop ?? `http://localhost:${this.port + 1}`);
  }

  /** The demo's people. */
  get agents(): Agent[] {
    return this.demo?.agents ?? [];
  }

  /** One of the demo's people by name, or by the beginning of it. */
  agent(name: string): Agent {
    const found = this.agents.find((agent) => agent.name.startsWith(name));
    if (!found) throw new Error(`the demo has no ${name}: ${this.agents.map((agent) => agent.name).join(', ')}`);
    return found;
  }

  get isRunning(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Starts the server on the ports and data of before; returns when it says that it is ready. */
  async start(): Promise<void> {
    if (this.isRunning) throw new Error('the desk is running already');
    const withDemo = this.options.demo ?? true;
    const words = ['serve', '--data', this.data, '--port', String(this.port), ...(withDemo ? ['--demo'] : [])];
    const child = spawn(binary(), words, { env: this.environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    child.on('error', (error) => (this.output += `could not start: ${error.message}\n`));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (this.output += text.toString()));
    await this.ready();
    if (withDemo) this.demo = JSON.parse(await readFile(join(this.data, 'demo.json'), 'utf8')) as Demo;
  }

  /** Ends the server in good order (SIGTERM) and waits until it is gone. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends the server at once (SIGKILL): nothing more is written. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends the server and removes its data. */
  async close(): Promise<void> {
    if (this.isRunning) await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (!child || !this.isRunning) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000);
    await gone;
    clearTimeout(late);
    if (signal === 'SIGTERM' && child.signalCode === 'SIGKILL') {
      throw new Error(`the server did not stop within ${STOP_SECONDS} s:\n${this.output}`);
    }
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + START_SECONDS * 1000;
    while (Date.now() < deadline) {
      if (!this.isRunning) break;
      if (await answers(`http://127.0.0.1:${this.port}/readyz`)) return;
      await new Promise((next) => setTimeout(next, 50));
    }
    const why = this.isRunning ? `was not ready within ${START_SECONDS} s` : 'ended';
    if (this.isRunning) await this.kill();
    throw new Error(`the server ${why}:\n${this.output}`);
  }

  /** What the tests' own runner was told in `DESKBELL_…` variables is not the server's configuration. */
  private environment(): Record<string, string> {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DESKBELL_'));
    const fixed = { DESKBELL_METRICS_ADDR: '', RUST_LOG: process.env['RUST_LOG'] ?? 'info' };
    return { ...Object.fromEntries(inherited), ...fixed, ...this.options.environment } as Record<string, string>;
  }
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

function binary(): string {
  return resolve(process.env['DESKBELL_BIN'] ?? join(import.meta.dirname, '../../target/debug/deskbell'));
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

/** A port that is free together with the one after it; below the range from which the system gives ports by itself. */
async function freePair(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 20_000 + 2 * Math.floor(Math.random() * 6_000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error('no free pair of ports was found');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((tell) => {
    server.once('error', () => tell(false));
    server.listen(port, '127.0.0.1', () => tell(true));
  });
  if (free) await new Promise((closed) => server.close(closed));
  return free;
}
