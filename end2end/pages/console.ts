import { expect, type Locator, type Page } from '@playwright/test';
import type { Agent, Desk } from '../support/desk.ts';
import type { Person } from '../support/people.ts';
import { ChatWindow } from './chat-window.ts';
import { untilLive } from './live.ts';

/** The agent's desk. */
export class Console {
  readonly page: Page;
  /** "My state: …" */
  readonly state: Locator;
  readonly manager: Locator;
  readonly contact: Locator;
  /** Chats that are held out to the agent. */
  readonly offers: Locator;
  /** What the queues announce to everybody. */
  readonly requests: Locator;
  /** How the line stands, while it is not well. */
  readonly link: Locator;

  constructor(
    readonly person: Person,
    readonly desk: Desk,
    page?: Page,
  ) {
    this.page = page ?? person.page;
    this.state = this.page.getByRole('button', { name: /^My state:/ });
    this.manager = this.page.getByRole('region', { name: 'Chat session manager' });
    this.contact = this.page.getByRole('region', { name: 'Contact' });
    this.offers = this.page.getByRole('alertdialog', { name: 'Web Chat' });
    this.requests = this.page.getByRole('region', { name: 'Chat requests' });
    this.link = this.page.locator('.requests').getByRole('status');
  }

  /** Gets a session without the form, which has tests of its own. */
  async signIn(agent: Agent): Promise<void> {
    const { origin } = new URL(this.desk.console);
    const form = { email: agent.email, password: agent.password };
    const answer = await this.person.context.request.post(`${origin}/login`, { form, headers: { origin }, maxRedirects: 0 });
    expect(answer.status(), 'signing in').toBe(303);
  }

  /** Opens a page of the console; returns when it is on the line. */
  async open(path = ''): Promise<void> {
    await untilLive(this.page, '/rt/agent', () => this.page.goto(this.desk.console + path));
  }

  async reload(): Promise<void> {
    await untilLive(this.page, '/rt/agent', () => this.page.reload());
  }

  /** The same person in another tab of the same browser. */
  async anotherTab(path = ''): Promise<Console> {
    const other = new Console(this.person, this.desk, await this.person.context.newPage());
    await other.open(path);
    return other;
  }

  /** Chooses a state, by its word or by the reason. */
  async choose(state: string): Promise<void> {
    await this.state.click();
    await this.page.getByRole('menuitemradio', { name: state, exact: true }).click();
  }

  /** Wants chats; where somebody waits already, one rings and the state is Busy at once. */
  async goReady(): Promise<void> {
    await this.choose('Ready');
    await expect(this.state).toHaveAccessibleName(/^My state: (Ready|Busy)$/);
  }

  async isShownAs(state: string): Promise<void> {
    await expect(this.page.getByRole('button', { name: `My state: ${state}`, exact: true })).toBeVisible();
  }

  tab(name: 'My sessions' | 'Waiting' | 'Abandoned' | 'Callbacks' | 'History'): Locator {
    return this.manager.getByRole('tab', { name });
  }

  /** A card of the list that is shown. */
  card(customer: string): Locator {
    return this.manager.getByRole('article', { name: customer });
  }

  /** The announced request of this customer. */
  request(customer: string): Locator {
    return this.requests.getByRole('article', { name: customer });
  }

  /** The offer of this customer's chat. */
  offer(customer: string): Locator {
    return this.offers.filter({ hasText: customer });
  }

  async accept(customer: string): Promise<ChatWindow> {
    await this.offer(customer).getByRole('button', { name: 'Accept' }).click();
    return this.seesChat(customer);
  }

  /** As accept, beside other chats: the new one comes to the front. */
  async opens(customer: string): Promise<ChatWindow> {
    await this.offer(customer).getByRole('button', { name: 'Open', exact: true }).click();
    return this.seesChat(customer);
  }

  chat(customer: string): ChatWindow {
    return new ChatWindow(this.page, customer);
  }

  async seesChat(customer: string): Promise<ChatWindow> {
    const chat = this.chat(customer);
    await expect(chat.message).toBeVisible();
    return chat;
  }
}
