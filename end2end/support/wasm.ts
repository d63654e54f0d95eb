import type { BrowserContext, Page } from '@playwright/test';

/** A WASM file that waits on its way to the browser. */
export interface Held {
  /** Resolves when the page has asked for it. */
  asked: Promise<void>;
  /** Lets it through. */
  release: () => Promise<void>;
}

/** Holds every WASM file back until released: what works meanwhile works without. */
export async function holdWasm(where: Page | BrowserContext): Promise<Held> {
  let release: () => void = () => undefined;
  const open = new Promise<void>((resolve) => (release = resolve));
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  await where.route(WASM, async (route) => {
    ask();
    await open;
    // The page may have gone while its file waited.
    await route.continue().catch(() => undefined);
  });
  return { asked, release: async () => release() };
}

/** No WASM file ever arrives. The test allows what the browser says about it: `watch.allow(NO_WASM)`. */
export async function refuseWasm(where: Page | BrowserContext): Promise<void> {
  await where.route(WASM, (route) => route.abort('failed'));
}

const WASM = /\.wasm(\?|$)/;

/** The troubles that `refuseWasm` makes. */
export const NO_WASM = /_bg\.wasm.*ERR_FAILED|ERR_FAILED.*_bg\.wasm|Failed to fetch|WebAssembly/;
