import type { BrowserContext, ConsoleMessage, Frame, Request, Response } from '@playwright/test';

/** Something that went wrong in a browser, as one readable line. */
export interface Trouble {
  kind: 'console' | 'page' | 'csp' | 'request' | 'response';
  text: string;
}

type Allowance = RegExp | ((trouble: Trouble) => boolean);

/** What Chromium says when a request or a socket breaks because the network did. */
const NETWORK = /net::ERR_(CONNECTION_\w+|SOCKS_CONNECTION_FAILED|PROXY_CONNECTION_FAILED|EMPTY_RESPONSE|NETWORK_CHANGED|INTERNET_DISCONNECTED|TIMED_OUT|ADDRESS_UNREACHABLE)|WebSocket connection to .* failed/;

/** What a page must have to work and look right: none of it may fail to load. */
const ASSETS = new Set(['document', 'stylesheet', 'script', 'image', 'font', 'manifest', 'texttrack', 'media']);

/**
 * Collects console errors, uncaught errors, reports of the content security policy and failed assets of every page.
 * What a test has not allowed fails it.
 */
export class Watch {
  private readonly troubles: Trouble[] = [];
  private readonly allowances: Allowance[] = [];

  /** Expects troubles whose line matches. Says nothing about whether they come. */
  allow(...allowances: Allowance[]): void {
    this.allowances.push(...allowances);
  }

  /** Expects requests and sockets to break: the test cuts the network or ends the server. */
  allowNetworkErrors(): void {
    this.allow(NETWORK);
  }

  /** Expects an answer of this status, which the browser also writes to its console. */
  allowStatus(status: number): void {
    this.allow(new RegExp(`status of ${status}\\b|^response: ${status} `));
  }

  /** The troubles that nobody allowed, each as a line. */
  unexpected(): string[] {
    const lines = this.troubles.filter((trouble) => !this.allowances.some((allowance) => allows(allowance, trouble))).map(line);
    return [...new Set(lines)];
  }

  /** Watches every page and frame of a context, also those that come later. */
  async attach(context: BrowserContext): Promise<void> {
    context.on('console', (message) => this.onConsole(message));
    context.on('weberror', (error) => this.add('page', error.error().stack ?? String(error.error())));
    context.on('requestfailed', (request) => this.onFailed(request));
    context.on('response', (response) => this.onResponse(response));
    await context.exposeBinding('__deskbellCspReport', ({ frame }, report: string) => this.onReport(frame, report));
    await context.addInitScript(reportCsp);
  }

  private onConsole(message: ConsoleMessage): void {
    if (message.type() === 'error') this.add('console', `${message.text()} (${message.location().url})`);
  }

  private onFailed(request: Request): void {
    const why = request.failure()?.errorText ?? 'unknown';
    // A page that is left or closed gives up what it was still loading.
    if (why === 'net::ERR_ABORTED') return;
    if (isAsset(request) || why === 'csp') this.add('request', `${request.url()}: ${why}`);
  }

  private onResponse(response: Response): void {
    // A document's own status is the test's to judge: a refused form answers with its page.
    if (response.status() >= 400 && isAsset(response.request()) && response.request().resourceType() !== 'document') {
      this.add('response', `${response.status()} ${response.url()}`);
    }
  }

  private onReport(frame: Frame, report: string): void {
    this.add('csp', `${report} on ${frame.url()}`);
  }

  private add(kind: Trouble['kind'], text: string): void {
    this.troubles.push({ kind, text });
  }
}

function line(trouble: Trouble): string {
  return `${trouble.kind}: ${trouble.text}`;
}

function allows(allowance: Allowance, trouble: Trouble): boolean {
  return allowance instanceof RegExp ? allowance.test(line(trouble)) : allowance(trouble);
}

function isAsset(request: Request): boolean {
  return ASSETS.has(request.resourceType()) || new URL(request.url()).pathname.startsWith('/pkg/');
}

/** Runs in the page. */
function reportCsp(): void {
  document.addEventListener('securitypolicyviolation', (event) => {
    const tell = (window as unknown as { __deskbellCspReport?: (report: string) => void }).__deskbellCspReport;
    tell?.(`${event.violatedDirective} refused ${event.blockedURI || 'inline'} ${event.sample}`.trim());
  });
}
