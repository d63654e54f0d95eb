import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import type { Desk } from '../support/desk.ts';
import type { Person } from '../support/people.ts';
import { Conversation } from './conversation.ts';
import { untilLive } from './live.ts';

export interface Typed {
  name: string;
  email?: string;
  message: string;
}

/** The widget on the demo shop's page. */
export class Widget {
  readonly page: Page;
  readonly frame: FrameLocator;
  /** The button on the host's page; its name tells what it does and how much is unread. */
  readonly launcher: Locator;
  readonly form: WidgetForm;
  readonly chat: Conversation;
  readonly waiting: Locator;
  readonly end: Locator;
  readonly leave: Locator;
  /** What is said while the connection is lost. */
  readonly lost: Locator;

  constructor(
    readonly person: Person,
    readonly desk: Desk,
    page?: Page,
  ) {
    this.page = page ?? person.page;
    this.frame = this.page.frameLocator('deskbell-chat iframe');
    this.launcher = this.page.locator('deskbell-chat').getByRole('button');
    this.form = new WidgetForm(this.frame.locator('body'));
    this.chat = new Conversation(this.frame.locator('body'));
    this.waiting = this.frame.getByRole('region', { name: 'Waiting' });
    this.end = this.frame.getByRole('button', { name: 'End chat' });
    this.lost = this.frame.getByText('Connection lost. Trying again, nothing is lost.');
    this.leave = this.frame.getByRole('button', { name: 'Leave chat' });
  }

  /** Comes to the shop's page. */
  async visit(): Promise<void> {
    await this.page.goto(this.desk.shop);
    await expect(this.launcher).toBeVisible();
  }

  /** Loads the shop's page again; returns when the chat is on the line again. */
  async reload(): Promise<void> {
    await untilLive(this.page, '/rt/widget', () => this.page.reload());
  }

  /** Another tab of the same browser on the shop's page. */
  async anotherTab(): Promise<Widget> {
    const other = new Widget(this.person, this.desk, await this.person.context.newPage());
    await other.visit();
    return other;
  }

  async open(): Promise<void> {
    await expect(this.launcher).toHaveAttribute('aria-expanded', 'false');
    await this.launcher.click();
  }

  async close(): Promise<void> {
    await expect(this.launcher).toHaveAttribute('aria-expanded', 'true');
    await this.launcher.click();
  }

  /** Opens the form; returns when scripts have taken it over. */
  async openForm(): Promise<void> {
    await this.open();
    await expect(this.form.start).toBeVisible();
    await this.takenOver();
  }

  /** The frame's bundle has taken the page over. */
  async takenOver(): Promise<void> {
    await expect.poll(() => this.frame.locator('body').evaluate(() => typeof (window as unknown as { deskbell?: { hear?: unknown } }).deskbell?.hear)).toBe('function');
  }

  /** Asks, and is in the chat and on the line. */
  async asks(typed: Typed): Promise<Conversation> {
    await this.openForm();
    await untilLive(this.page, '/rt/widget', () => this.form.submit(typed));
    await this.chat.shows(typed.message);
    return this.chat;
  }
}

/** The form before a chat. */
export class WidgetForm {
  readonly name: Locator;
  readonly email: Locator;
  readonly message: Locator;
  readonly start: Locator;

  constructor(within: Locator) {
    this.name = within.getByRole('textbox', { name: 'Name' });
    this.email = within.getByRole('textbox', { name: 'Email' });
    this.message = within.getByRole('textbox', { name: 'Message' });
    this.start = within.getByRole('button', { name: 'Start chat' });
  }

  async fill({ name, email, message }: Typed): Promise<void> {
    await this.name.fill(name);
    if (email) await this.email.fill(email);
    await this.message.fill(message);
  }

  async submit(typed: Typed): Promise<void> {
    await this.fill(typed);
    await this.start.click();
  }
}
