import { expect } from '@playwright/test';
import type { Console } from '../pages/console.ts';

/** Calls the desk as the signed-in admin. */
async function call(admin: Console, name: string, data: object): Promise<any> {
  const { origin } = new URL(admin.desk.console);
  const answer = await admin.person.context.request.post(`${origin}/api/console/${name}`, { data, headers: { origin } });
  expect(answer.status(), name).toBe(200);
  return answer.json();
}

/** Changes what the demo's first queue does; the rest of its settings stays. */
export async function setPolicy(admin: Console, changes: object): Promise<void> {
  const { queues } = await call(admin, 'settings.read', {});
  const { id, archived: _, changed: __, ...draft } = queues.find((queue: { service: string }) => queue.service === 'Orders and delivery');
  await call(admin, 'settings.save_queue', { id, draft: { ...draft, policy: { ...draft.policy, ...changes } } });
}

/** Closes the queue for two hours from now, in the time zone of Tokyo; gives the moment when it opens. */
export async function closeOffice(admin: Console): Promise<Date> {
  const opens = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 2 * 3_600_000);
  const minute = (opens.getUTCHours() * 60 + opens.getUTCMinutes() + 9 * 60) % (24 * 60);
  const span = { from: minute, to: (minute + 60) % (24 * 60) };
  const hours = { name: 'Office', zone: 'Asia/Tokyo', week: Array.from({ length: 7 }, () => [span]), exceptions: [] };
  const id = await call(admin, 'settings.save_hours', { id: null, hours });
  await setPolicy(admin, { hours: id });
  return opens;
}
