import { expect } from '@playwright/test';
import type { Desk } from '../support/desk.ts';

/** The link that a desk without people prints at its start, for its first administrator. */
export async function setupLink(desk: Desk): Promise<string> {
  const printed = () => /http:\/\/\S+\/setup\?token=\S+/.exec(desk.output)?.[0] ?? '';
  await expect.poll(printed).not.toBe('');
  return printed();
}
