import type { Locator } from '@playwright/test';
import { expect } from '@playwright/test';

type Delivery = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';

/** The log of a chat and the box under it, as both sides have them. */
export class Conversation {
  readonly log: Locator;
  readonly message: Locator;
  readonly send: Locator;
  /** Every message, stored or not. */
  readonly bubbles: Locator;

  constructor(readonly within: Locator) {
    this.log = within.getByRole('log', { name: 'Conversation' });
    this.message = within.getByRole('textbox', { name: 'Message' });
    this.send = within.getByRole('button', { name: 'Send' });
    this.bubbles = this.log.locator('[data-client-id]');
  }

  /** The message with these words in it. */
  bubble(words: string): Locator {
    return this.bubbles.filter({ hasText: words });
  }

  /** Writes and sends with Enter. */
  async say(words: string): Promise<void> {
    await this.message.fill(words);
    await this.message.press('Enter');
  }

  /** The other side's or one's own words stand in the log, once. */
  async shows(words: string): Promise<void> {
    await expect(this.bubble(words)).toHaveCount(1);
    await expect(this.bubble(words)).toBeVisible();
  }

  /** One's own message has come at least this far. */
  async came(words: string, ...deliveries: Delivery[]): Promise<void> {
    await expect(this.bubble(words)).toHaveAttribute('data-delivery', new RegExp(`^(${deliveries.join('|')})$`));
  }

  /** The words of all messages, from the first to the last. */
  async words(): Promise<string[]> {
    return this.bubbles.locator('.bubble__text').allTextContents();
  }

  /** Every message of the log stands in it once, and the numbers of the stored ones grow. */
  async isInOrder(): Promise<void> {
    const rows = await this.bubbles.evaluateAll((bubbles) => bubbles.map((bubble) => [bubble.getAttribute('data-client-id'), Number(bubble.getAttribute('data-seq'))] as const));
    const clients = rows.map(([client]) => client);
    expect(new Set(clients).size, 'each message once').toBe(clients.length);
    const numbers = rows.map(([, seq]) => seq).filter((seq) => seq > 0);
    expect(numbers, 'in the order of their numbers').toEqual([...numbers].sort((a, b) => a - b));
  }
}
