import { expect, test } from '../fixtures.ts';

/** What a browser keeps of a page's origin: names, not contents. */
function kept(): { local: string[]; session: string[]; cookies: string } {
  return { local: Object.keys(localStorage), session: Object.keys(sessionStorage), cookies: document.cookie };
}

for (const thirdPartyStorage of ['denied', 'allowed'] as const) {
  test.describe(`third-party storage ${thirdPartyStorage}`, () => {
    test('nothing is kept, framed or asked for before the first click', async ({ desk, person }) => {
      const { page, context } = await person({ thirdPartyStorage });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(desk.shop, { waitUntil: 'networkidle' });
      const launcher = page.getByRole('button', { name: 'Open chat' });
      await expect(launcher).toBeVisible();
      await launcher.hover();
      const foreign = asked.filter((address) => !address.startsWith(desk.shop));
      expect(foreign).toEqual([`${desk.console}w/papermoon.js`]);
      expect(page.frames()).toHaveLength(1);
      expect(await page.evaluate(kept)).toEqual({ local: [], session: [], cookies: '' });
      expect((await context.storageState()).cookies).toEqual([]);
      expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
    });

    test('a chat goes on after a reload', async ({ agent, customer }) => {
      const sofia = await agent();
      await sofia.goReady();
      const nora = await customer({ thirdPartyStorage });
      await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
      const chat = await sofia.accept('Nora Lind');
      await chat.say('Any with an E27 base.');
      await nora.chat.shows('Any with an E27 base.');
      expect(await nora.page.evaluate(kept)).toEqual({ local: ['deskbell:papermoon'], session: [], cookies: '' });
      expect((await nora.person.context.storageState()).cookies).toEqual([]);

      await nora.reload();
      await nora.chat.shows('Any with an E27 base.');
      await nora.chat.say('Thank you.');
      await chat.shows('Thank you.');

      // Closed, the chat goes on behind the launcher.
      await nora.close();
      await nora.reload();
      await chat.say('You are welcome.');
      await expect(nora.launcher).toHaveAccessibleName('Open chat, 1 unread message');
      await nora.open();
      await nora.chat.shows('You are welcome.');
      await chat.came('You are welcome.', 'read');
    });
  });
}

test('where nothing can be kept, a message that is not sent says so', async ({ agent, customer, watch }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer({ thirdPartyStorage: 'denied', line: true });
  await nora.asks({ name: 'Nora Lind', message: 'Hello' });
  await sofia.accept('Nora Lind');
  watch.allowNetworkErrors();
  nora.person.line.cut();
  await nora.chat.say('Can you hear me?');
  const warning = nora.frame.getByText('This browser keeps nothing for us.');
  await expect(warning).toBeVisible();
  nora.person.line.restore();
  await sofia.chat('Nora Lind').shows('Can you hear me?');
  await expect(warning).toBeHidden();
});

test('where storage is allowed, what was not sent survives a reload', async ({ agent, customer, watch }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer({ thirdPartyStorage: 'allowed' });
  await nora.asks({ name: 'Nora Lind', message: 'Hello' });
  const chat = await sofia.accept('Nora Lind');
  watch.allow(/widget\/messages.*ERR_FAILED|ERR_FAILED.*widget\/messages/);
  await nora.page.route('**/api/v1/widget/messages', (route) => route.abort('failed'));
  await nora.chat.say('Can you hear me?');
  await nora.chat.came('Can you hear me?', 'queued');
  await expect(nora.frame.getByText('This browser keeps nothing for us.')).toHaveCount(0);
  await nora.page.unroute('**/api/v1/widget/messages');
  await nora.reload();
  await chat.shows('Can you hear me?');
  await nora.chat.came('Can you hear me?', 'sent', 'delivered', 'read');
  await nora.chat.isInOrder();
});
