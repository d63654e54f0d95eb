import type { Frame, Page } from '@playwright/test';

/**
 * What the page believes about being looked at and heard. A page under test is always "visible", so that this is
 * overridden before any script of the page runs.
 */
interface Presence {
  show: (visible: boolean) => void;
  sounds: Sound[];
  notices: Notice[];
}

/** A sound that a page made: an audio element's `play()`, or an audio node that started. */
export interface Sound {
  by: 'element' | 'node';
  what: string;
}

/** A browser notification that a page showed. */
export interface Notice {
  title: string;
  body: string;
  tag: string;
}

/** `order` counts the changes, because init scripts run in no promised order: the latest one holds. */
type Window = { __deskbellPresence?: Presence; __deskbellShown?: { order: number; visible: boolean } };

/** For `addInitScript`: runs in every frame before its own scripts. */
export function presenceScript(): void {
  const page = window as unknown as Window;
  const presence: Presence = { show, sounds: [], notices: [] };
  let visible = page.__deskbellShown?.visible ?? true;
  page.__deskbellPresence = presence;
  const define = (name: string, get: () => unknown) => Object.defineProperty(document, name, { configurable: true, get });
  define('visibilityState', () => (visible ? 'visible' : 'hidden'));
  define('hidden', () => !visible);
  document.hasFocus = () => visible;

  function show(next: boolean): void {
    if (next === visible) return;
    visible = next;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    window.dispatchEvent(new Event(next ? 'focus' : 'blur'));
  }

  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    presence.sounds.push({ by: 'element', what: this.currentSrc || this.src });
    return play.call(this).catch(() => undefined);
  };
  const start = AudioScheduledSourceNode.prototype.start;
  AudioScheduledSourceNode.prototype.start = function (this: AudioScheduledSourceNode, when?: number) {
    presence.sounds.push({ by: 'node', what: this.constructor.name });
    start.call(this, when);
  };

  if (!('Notification' in window)) return;
  window.Notification = class extends window.Notification {
    constructor(title: string, options: NotificationOptions = {}) {
      super(title, options);
      presence.notices.push({ title, body: options.body ?? '', tag: options.tag ?? '' });
    }
  };
}

/** The page's tab goes to the background: every frame is told, as a browser would, and so is what is loaded later. */
export async function hide(page: Page): Promise<void> {
  await change(page, false);
}

/** The page's tab comes to the front again. */
export async function show(page: Page): Promise<void> {
  await change(page, true);
}

/** Every sound that the page and its frames have made since they were loaded. */
export async function sounds(page: Page): Promise<Sound[]> {
  return (await gather(page, (frame) => frame.evaluate(() => (window as unknown as Window).__deskbellPresence?.sounds ?? []))).flat();
}

/** Every browser notification that the page and its frames have shown since they were loaded. */
export async function notices(page: Page): Promise<Notice[]> {
  return (await gather(page, (frame) => frame.evaluate(() => (window as unknown as Window).__deskbellPresence?.notices ?? []))).flat();
}

const changes = new WeakMap<Page, number>();

async function change(page: Page, visible: boolean): Promise<void> {
  const order = (changes.get(page) ?? 0) + 1;
  changes.set(page, order);
  await page.addInitScript(settle, { order, visible });
  await gather(page, (frame) => frame.evaluate(settle, { order, visible }));
}

/** Runs in the page. */
function settle(next: { order: number; visible: boolean }): void {
  const page = window as unknown as Window;
  if ((page.__deskbellShown?.order ?? 0) > next.order) return;
  page.__deskbellShown = next;
  page.__deskbellPresence?.show(next.visible);
}

async function gather<T>(page: Page, ask: (frame: Frame) => Promise<T>): Promise<T[]> {
  return Promise.all(page.frames().filter((frame) => !frame.isDetached()).map(ask));
}
