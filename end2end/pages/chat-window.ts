import { expect, type Locator, type Page } from '@playwright/test';
import { Conversation } from './conversation.ts';

/** A chat's window in the console. */
export class ChatWindow extends Conversation {
  readonly region: Locator;
  readonly leave: Locator;
  /** The button in the line that tells the end. */
  readonly leaveInLine: Locator;

  constructor(
    private readonly page: Page,
    customer: string,
  ) {
    const region = page.getByRole('region', { name: `Chat with ${customer}` });
    super(region);
    this.region = region;
    this.leave = region.locator('header').getByRole('button', { name: 'Leave', exact: true });
    this.leaveInLine = this.log.getByRole('button', { name: 'Leave session' });
  }

  /** Chooses something of the chat's menu. */
  async menu(item: string): Promise<void> {
    await this.region.getByRole('button', { name: 'Chat menu' }).click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  /** Asks to end the chat; the dialog is open then. */
  async asksToEnd(): Promise<EndDialog> {
    await this.region.getByRole('button', { name: 'Chat menu' }).click();
    await this.page.getByRole('menuitem', { name: 'End chat session' }).click();
    return this.endDialog();
  }

  /** The dialog that ends a chat, once it is open. */
  async endDialog(): Promise<EndDialog> {
    const dialog = new EndDialog(this.page);
    await expect(dialog.dialog).toBeVisible();
    return dialog;
  }
}

/** How a chat without a ticket is ended. */
export class EndDialog {
  readonly dialog: Locator;
  readonly withTicket: Locator;
  readonly without: Locator;
  readonly subject: Locator;
  readonly description: Locator;
  readonly requester: Locator;
  readonly email: Locator;
  readonly priority: Locator;
  readonly confirm: Locator;
  readonly notYet: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^End the chat with|^What becomes of the chat with/ });
    this.withTicket = this.dialog.getByRole('radio', { name: 'Create a ticket and attach the chat log' });
    this.without = this.dialog.getByRole('radio', { name: 'Close without a ticket (not recommended)' });
    this.subject = this.dialog.getByRole('textbox', { name: 'Subject' });
    this.description = this.dialog.getByRole('textbox', { name: 'Description' });
    this.requester = this.dialog.getByRole('textbox', { name: 'Requester', exact: true });
    this.email = this.dialog.getByRole('textbox', { name: 'Requester’s email' });
    this.priority = this.dialog.getByRole('combobox', { name: 'Priority' });
    this.confirm = this.dialog.getByRole('button', { name: /^(End chat session|Finish chat)$/ });
    this.notYet = this.dialog.getByRole('button', { name: 'Not yet' });
  }
}
