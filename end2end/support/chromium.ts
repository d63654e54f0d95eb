import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Quiet and self-contained: nothing that talks to the world by itself. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium to start: the one that `cargo xtask test` found, else one on the PATH, else (undefined) Playwright's own. */
export function chromium(): string | undefined {
  const named = process.env['DESKBELL_CHROMIUM'];
  return named || (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, 'chromium')).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
