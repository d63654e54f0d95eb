import { expect, hide, notices, show, sounds, test } from '../fixtures.ts';
import { Console } from '../pages/console.ts';

test('a hidden console rings until the chat is handled', async ({ desk, person, customer }) => {
  const sofia = new Console(await person(), desk);
  await sofia.person.context.grantPermissions(['notifications'], { origin: new URL(desk.console).origin });
  await sofia.page.clock.install();
  await sofia.signIn(desk.agent('Sofia'));
  await sofia.open();
  await sofia.goReady();
  await hide(sofia.page);
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Anybody there?' });
  await expect(sofia.offer('Nora Lind')).toBeVisible();
  const rung = async () => (await sounds(sofia.page)).length;
  await expect.poll(rung).toBeGreaterThan(0);
  const once = await rung();
  await expect.poll(() => notices(sofia.page)).toHaveLength(1);
  expect((await notices(sofia.page))[0]).toMatchObject({ title: 'Web Chat: Nora Lind', body: expect.stringContaining('waited 0:') as unknown });

  // From the twentieth second every ten.
  await sofia.page.clock.fastForward(20_000);
  await expect.poll(rung).toBe(2 * once);
  await sofia.page.clock.fastForward(10_000);
  await expect.poll(rung).toBeGreaterThanOrEqual(3 * once);

  await show(sofia.page);
  await sofia.accept('Nora Lind');
  const handled = await rung();
  await sofia.page.clock.fastForward(30_000);
  await nora.chat.say('Hello');
  await sofia.chat('Nora Lind').shows('Hello');
  expect(await rung()).toBe(handled);
});

test('a hidden console tells of new messages in its title and by a notice', async ({ agent, customer, desk }) => {
  const sofia = await agent();
  await sofia.person.context.grantPermissions(['notifications'], { origin: new URL(desk.console).origin });
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Anybody there?' });
  const chat = await sofia.accept('Nora Lind');
  await chat.shows('Anybody there?');
  await expect(sofia.page).toHaveTitle(/^Chats/);

  await hide(sofia.page);
  const before = (await sounds(sofia.page)).length;
  await nora.chat.say('Hello?');
  await chat.shows('Hello?');
  await expect(sofia.page).toHaveTitle(/^\(1\) /);
  await nora.chat.came('Hello?', 'delivered');
  await nora.chat.say('Are you there?');
  await expect(sofia.page).toHaveTitle(/^\(2\) /);
  expect((await sounds(sofia.page)).length).toBeGreaterThan(before);
  expect(await notices(sofia.page)).toContainEqual(expect.objectContaining({ title: 'Nora Lind wrote' }));

  await show(sofia.page);
  await expect(sofia.page).toHaveTitle(/^Chats/);
  await nora.chat.came('Are you there?', 'read');
});

test('a switched off sound stays off', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.page.getByRole('button', { name: 'Alert sound: on' }).click();
  await sofia.reload();
  await expect(sofia.page.getByRole('button', { name: 'Alert sound: off' })).toBeVisible();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Anybody there?' });
  await expect(sofia.offer('Nora Lind')).toBeVisible();
  await sofia.accept('Nora Lind');
  expect(await sounds(sofia.page)).toEqual([]);
});

test('a hidden widget counts what comes', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Anybody there?' });
  const chat = await sofia.accept('Nora Lind');
  await hide(nora.page);
  await chat.say('I am.');
  await nora.chat.shows('I am.');
  await chat.came('I am.', 'delivered');
  await show(nora.page);
  await chat.came('I am.', 'read');
});
