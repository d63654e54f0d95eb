import { expect, test } from '../fixtures.ts';

/** Wide enough for two chats side by side. */
const wide = { viewport: { width: 1600, height: 900 } } as const;

test('a rejected chat goes to another agent', async ({ agent, customer }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  await expect(sofia.offer('Nora Lind')).toBeVisible();
  await marek.goReady();
  await expect(marek.offers).toHaveCount(0);

  await sofia.offer('Nora Lind').getByRole('button', { name: 'Reject' }).click();
  await expect(sofia.offers).toHaveCount(0);
  // With no other chat open, who rejects is not ready any more, and knows why.
  await sofia.isShownAs('Not ready');
  await expect(sofia.state).toHaveAccessibleDescription(/Rejected offer/);
  await expect(marek.offer('Nora Lind')).toBeVisible();
  const chat = await marek.accept('Nora Lind');
  await expect(nora.frame.getByText('Marek Novak joined')).toBeVisible();
  await chat.say('It is.');
  await nora.chat.shows('It is.');
  await expect(sofia.offers).toHaveCount(0);
});

test('Alt A takes an offer without leaving a half-typed reply', async ({ agent, customer }) => {
  const sofia = await agent('Sofia', wide);
  await sofia.goReady();
  const [nora, ole] = [await customer(), await customer()];
  await nora.asks({ name: 'Nora Lind', message: 'Do you ship to Norway?' });
  const first = await sofia.accept('Nora Lind');
  await first.message.pressSequentially('We ship to');
  await ole.asks({ name: 'Ole Berg', message: 'My parcel is late.' });
  const offer = sofia.offer('Ole Berg');
  await expect(offer).toBeVisible();
  await expect(offer.getByRole('button', { name: 'Open' })).toBeVisible();
  await expect(first.message).toBeFocused();

  await sofia.page.keyboard.press('Alt+a');
  await expect(sofia.offers).toHaveCount(0);
  await sofia.seesChat('Ole Berg');
  await expect(first.message).toBeFocused();
  await first.message.pressSequentially(' Norway.');
  await expect(first.message).toHaveValue('We ship to Norway.');
  await first.message.press('Enter');
  await nora.chat.shows('We ship to Norway.');
});

test('Open takes an offer and the agent with it', async ({ agent, customer }) => {
  const sofia = await agent('Sofia', wide);
  await sofia.goReady();
  const [nora, ole] = [await customer(), await customer()];
  await nora.asks({ name: 'Nora Lind', message: 'Do you ship to Norway?' });
  const first = await sofia.accept('Nora Lind');
  await first.message.pressSequentially('We ship');
  await ole.asks({ name: 'Ole Berg', message: 'My parcel is late.' });
  await sofia.offer('Ole Berg').getByRole('button', { name: 'Open' }).click();
  const second = await sofia.seesChat('Ole Berg');
  await expect(second.message).toBeFocused();
  await expect(sofia.contact).toContainText('Ole Berg');
  await expect(first.message).toHaveValue('We ship');
});

test('an agent who is not ready takes a chat from Waiting', async ({ agent, customer }) => {
  const sofia = await agent();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await expect(sofia.offers).toHaveCount(0);
  await sofia.tab('Waiting').click();
  const card = sofia.card('Nora Lind');
  await expect(card).toContainText('Which bulb fits?');
  await expect(card).toContainText('Place 1');
  await card.getByRole('button', { name: 'Join' }).click();
  const chat = await sofia.seesChat('Nora Lind');
  await chat.shows('Which bulb fits?');
  await expect(card).toHaveCount(0);
  await expect(nora.frame.getByText('Sofia Marin joined')).toBeVisible();
  await sofia.tab('My sessions').click();
  await expect(sofia.card('Nora Lind')).toBeVisible();
});

test('customers wait in the order in which they came', async ({ agent, customer }) => {
  const sofia = await agent();
  const [nora, ole] = [await customer(), await customer()];
  await nora.asks({ name: 'Nora Lind', message: 'First' });
  await ole.asks({ name: 'Ole Berg', message: 'Second' });
  await expect(ole.waiting).toContainText('You are second in line');
  await sofia.tab('Waiting').click();
  await expect(sofia.manager.getByRole('article')).toHaveCount(2);
  await expect(sofia.manager.getByRole('article').first()).toHaveAccessibleName('Nora Lind');
  await sofia.card('Nora Lind').getByRole('button', { name: 'Join' }).click();
  await expect(ole.waiting).toContainText('You are next in line');
});

test('a chat that is not on the screen is not read', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const [nora, ole] = [await customer(), await customer()];
  await nora.asks({ name: 'Nora Lind', message: 'Do you ship to Norway?' });
  const first = await sofia.accept('Nora Lind');
  await first.message.pressSequentially('We ship');
  await ole.asks({ name: 'Ole Berg', message: 'My parcel is late.' });
  await sofia.offer('Ole Berg').getByRole('button', { name: 'Accept' }).click();
  await expect(sofia.card('Ole Berg')).toBeVisible();
  await expect(sofia.chat('Ole Berg').message).toBeHidden();
  await ole.chat.say('Since Monday.');
  await expect(sofia.card('Ole Berg')).toContainText('Since Monday.');
  await ole.chat.came('Since Monday.', 'delivered');
  await expect(sofia.card('Ole Berg').getByText('2 unread')).toBeAttached();
  await expect(sofia.page).toHaveTitle(/^\(2\) /);

  await sofia.card('Ole Berg').getByRole('link', { name: 'Ole Berg' }).click();
  await sofia.chat('Ole Berg').shows('Since Monday.');
  await ole.chat.came('Since Monday.', 'read');
  await expect(sofia.page).toHaveTitle(/^Chats/);
});

test('a window with a connected customer asks before it closes', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is it dimmable?' });
  const chat = await sofia.accept('Nora Lind');
  const close = chat.region.getByRole('button', { name: 'Close chat' });
  await expect(chat.region).toContainText('connected');
  await close.click();
  const question = sofia.page.getByRole('alertdialog', { name: 'Close this chat?' });
  await expect(question.getByRole('button', { name: 'Keep chat open' })).toBeFocused();
  await sofia.page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(chat.message).toBeVisible();
  await close.click();
  await question.getByRole('button', { name: 'Close chat' }).click();
  await expect(chat.region).toHaveCount(0);

  // The chat goes on: its card opens it again.
  await sofia.card('Nora Lind').getByRole('link', { name: 'Nora Lind' }).click();
  await chat.shows('Is it dimmable?');
  await chat.region.getByRole('button', { name: 'Minimise' }).click();
  await expect(chat.message).toHaveCount(0);
  await nora.chat.say('Hello?');
  await expect(chat.region).toContainText('1');
  await expect(sofia.page).toHaveTitle(/^\(1\) /);
  await chat.region.getByRole('button', { name: 'Restore' }).click();
  await chat.shows('Hello?');
  await expect(sofia.page).toHaveTitle(/^Chats/);
});

test('of two agents who take the same chat one gets it, the other is told', async ({ agent, customer, watch }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Anybody there?' });
  for (const console of [sofia, marek]) await console.tab('Waiting').click();
  const joins = [sofia, marek].map((console) => console.card('Nora Lind').getByRole('button', { name: 'Join' }));
  for (const join of joins) await expect(join).toBeVisible();
  watch.allowStatus(409);
  // Both at one moment: who came a little later would find the button gone, as the other's success takes it away.
  const moment = Date.now() + 1_500;
  const press = (button: HTMLElement, at: number) =>
    new Promise<void>((done) => setTimeout(() => done(button.click()), Math.max(0, at - Date.now())));
  await Promise.all(joins.map((join) => join.evaluate(press, moment)));
  const windows = [sofia, marek].map((console) => console.chat('Nora Lind').message);
  await expect.poll(async () => (await Promise.all(windows.map((window) => window.count()))).reduce((all, one) => all + one)).toBe(1);
  const loser = (await windows[0]?.count()) ? marek : sofia;
  await expect(loser.page.getByText(/was a moment faster$/)).toBeVisible();
});
