import { expect } from '../fixtures.ts';
import type { Console } from '../pages/console.ts';
import type { Widget } from '../pages/widget.ts';
import { crash, test } from './stage.ts';

const NAMES = ['Nora Lind', 'Ole Berg', 'Priya Raman', 'Tom Wood'];
const LAST = 'Uma Thorne';

/** How many chats the agent of this test may have: one more than are open. */
const CAPACITY = 5;
/** R7: what rings is withdrawn within the lease; chats come back 120 s after the browser was last heard of. */
const WITHDRAWN = 46_000;
const BACK = 120_000;
/** Machine and screens may take this much longer. */
const LENIENT = 15_000;

async function mayHave(agent: Console, capacity: number): Promise<void> {
  const { origin } = new URL(agent.desk.console);
  const call = async (name: string, data: object) => {
    const answer = await agent.person.context.request.post(`${origin}/api/console/${name}`, { data, headers: { origin } });
    expect(answer.status(), name).toBe(200);
    return answer.json();
  };
  const { agents } = await call('settings.read', {});
  const { id, changed: _, ...draft } = agents.find((one: { email: string }) => one.email === agent.desk.agent('Sofia').email);
  await call('settings.save_agent', { id, draft: { ...draft, capacity } });
}

test('R7 a browser dies with four chats open and one ringing: nothing is without an owner', async ({ agent, customer, watch }) => {
  test.setTimeout(400_000);
  watch.allowNetworkErrors();
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await mayHave(sofia, CAPACITY);
  await sofia.goReady();
  const guests = new Map<string, Widget>();
  for (const name of NAMES) {
    const guest = await customer();
    await guest.asks({ name, message: `${name} asks` });
    await (guests.size === 0 ? sofia.accept(name) : sofia.opens(name));
    guests.set(name, guest);
  }
  const last = await customer();
  await last.asks({ name: LAST, message: `${LAST} asks` });
  await expect(sofia.offer(LAST)).toBeVisible();

  const died = Date.now();
  await crash(sofia.page);
  await marek.goReady();
  // What rang goes to somebody who is there.
  await expect(marek.offer(LAST)).toBeVisible({ timeout: WITHDRAWN + LENIENT });
  const withdrawn = Date.now() - died;
  await marek.accept(LAST);
  await expect(last.frame.getByText('Marek Novak joined')).toBeVisible();

  // The four come back, each to the front, with their history; their customers are told.
  await marek.tab('Waiting').click();
  const backs: number[] = [];
  for (let taken = 0; taken < 3; taken += 1) {
    await expect(marek.offers.first()).toBeVisible({ timeout: BACK + LENIENT });
    backs.push(Date.now() - died);
    const offered = await marek.offers.first().innerText();
    const name = NAMES.find((one) => offered.includes(one));
    expect(name, `one of the four, not: ${offered}`).toBeDefined();
    const chat = await marek.opens(name!);
    await chat.shows(`${name} asks`);
    const guest = guests.get(name!)!;
    await expect(guest.frame.getByText('Sofia Marin lost the connection. You are next in line.')).toBeVisible();
    await expect(guest.frame.getByText('Marek Novak joined')).toBeVisible();
    guests.delete(name!);
  }
  // Marek is full: the fourth waits, and everybody sees it.
  const [rest] = guests.keys();
  await expect(marek.card(rest!)).toBeVisible();
  await expect(guests.get(rest!)!.waiting).toBeVisible();
  expect(Math.min(...backs), 'not before the time').toBeGreaterThan(BACK - 1_000);
  expect(backs[0], 'as soon as the time is over').toBeLessThan(BACK + LENIENT);
  test.info().annotations.push({ type: 'times', description: `withdrawn after ${withdrawn} ms, back after ${backs.join(', ')} ms` });
});
