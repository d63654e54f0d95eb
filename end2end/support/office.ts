import { expect, request, type APIRequestContext } from '@playwright/test';
import type { Agent, Desk } from './desk.ts';

/** What is set for a queue; what is not named here stays as it is. */
export type Policy = Record<string, unknown>;

interface QueueSettings {
  id: string;
  name: string;
  service: string;
  policy: Policy;
  members: { agent: string; priority: number }[];
}

interface Settings {
  queues: QueueSettings[];
  agents: { id: string; name: string }[];
}

/** The demo's admin at work behind the screens: settings, and what only supervisors do. */
export class Office {
  private constructor(private readonly web: APIRequestContext) {}

  static async open(desk: Desk, as: Agent = desk.agent('Sofia')): Promise<Office> {
    const { origin } = new URL(desk.console);
    const web = await request.newContext({ baseURL: origin, extraHTTPHeaders: { origin } });
    const form = { email: as.email, password: as.password };
    const answer = await web.post('/login', { form, maxRedirects: 0 });
    expect(answer.status(), 'signing in').toBe(303);
    return new Office(web);
  }

  /** One of the console's calls, which must succeed. */
  async call<T>(name: string, body: unknown = {}): Promise<T> {
    const answer = await this.web.post(`/api/console/${name}`, { data: body });
    expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
    return (await answer.json()) as T;
  }

  /** Changes rules of a queue. */
  async rule(name: string, policy: Policy): Promise<void> {
    const { id, service, members, ...queue } = await this.queue(name);
    await this.call('settings.save_queue', { id, draft: { name: queue.name, service, members, policy: { ...queue.policy, ...policy } } });
  }

  /** A further queue with the members of the demo's first one, or with those named. */
  async addQueue(name: string, policy: Policy = {}, members?: string[]): Promise<void> {
    const settings = await this.settings();
    const [first] = settings.queues;
    const all = settings.agents.filter((agent) => members === undefined || members.some((member) => agent.name.startsWith(member)));
    const draft = { name, service: name, policy: { ...first?.policy, ...policy }, members: all.map(({ id }) => ({ agent: id, priority: 0 })) };
    await this.call('settings.save_queue', { id: null, draft });
  }

  /** Closes a queue today, tomorrow and every day but one. */
  async close(name: string): Promise<void> {
    const week = [[], [], [], [], [], [], []] as { from: number; to: number }[][];
    // The day after tomorrow, in the zone of the hours.
    week[(new Date().getUTCDay() + 1) % 7] = [{ from: 600, to: 660 }];
    const hours = await this.call<string>('settings.save_hours', { id: null, hours: { name: 'Hardly ever', zone: 'Etc/UTC', week, exceptions: [] } });
    await this.rule(name, { hours });
  }

  /** Sets somebody's state in their place. */
  async force(agent: string, wish: { wish: 'ready' | 'not_ready' | 'offline'; reason?: string | null }): Promise<void> {
    await this.call('state.force', { agent: await this.agent(agent), wish });
  }

  private async settings(): Promise<Settings> {
    return this.call<Settings>('settings.read');
  }

  private async queue(name: string): Promise<QueueSettings> {
    const found = (await this.settings()).queues.find((queue) => queue.name === name);
    if (!found) throw new Error(`there is no queue ${name}`);
    return found;
  }

  private async agent(name: string): Promise<string> {
    const found = (await this.settings()).agents.find((agent) => agent.name.startsWith(name));
    if (!found) throw new Error(`there is no ${name}`);
    return found.id;
  }

  async leave(): Promise<void> {
    await this.web.dispose();
  }
}
