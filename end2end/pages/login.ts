import type { Locator, Page } from '@playwright/test';
import type { Agent, Desk } from '../support/desk.ts';

/** The sign-in page. */
export class LoginPage {
  readonly email: Locator;
  readonly password: Locator;
  readonly submit: Locator;
  /** What the page says when it refuses. */
  readonly problem: Locator;

  constructor(private readonly page: Page) {
    this.email = page.getByLabel('Email');
    this.password = page.getByLabel('Password', { exact: true });
    this.submit = page.getByRole('button', { name: 'Sign in' });
    this.problem = page.getByRole('alert');
  }

  async open(desk: Desk): Promise<void> {
    await this.page.goto(`${desk.console}login`);
  }

  /** Signs in; returns when the browser has left this page. */
  async signIn(desk: Desk, agent: Agent): Promise<void> {
    await this.open(desk);
    await this.send(agent.email, agent.password);
    await this.page.waitForURL((address) => address.pathname !== '/login');
  }

  async send(email: string, password: string): Promise<void> {
    await this.email.fill(email);
    await this.password.fill(password);
    await this.submit.click();
  }
}
