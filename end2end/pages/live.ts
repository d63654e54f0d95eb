import type { Page } from '@playwright/test';

/** Does `work`, and returns when the page's socket at `path` has heard from the desk: scripts have taken over by then. */
export async function untilLive(page: Page, path: string, work: () => Promise<unknown>): Promise<void> {
  const opened = page.waitForEvent('websocket', (socket) => new URL(socket.url()).pathname === path);
  const heard = opened.then((socket) => socket.waitForEvent('framereceived'));
  await Promise.all([heard, work()]);
}
