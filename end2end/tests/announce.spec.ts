import { axeInBothThemes, expect, hide, notices, sounds, test } from '../fixtures.ts';

test.beforeEach(async ({ office }) => office.rule('Orders', { distribution: 'announce' }));

test('a request is announced to everybody who is ready; the first one has the chat', async ({ agent, customer, watch }) => {
  const [sofia, marek, chiara] = [await agent('Sofia'), await agent('Marek'), await agent('Chiara')];
  for (const console of [sofia, marek]) await console.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  for (const console of [sofia, marek]) {
    await expect(console.request('Nora Lind')).toContainText('Orders and delivery');
    await expect(console.offers).toHaveCount(0);
  }
  // Who is not ready is left alone, and finds it in Waiting.
  await chiara.tab('Waiting').click();
  await expect(chiara.card('Nora Lind')).toBeVisible();
  await expect(chiara.requests).toHaveCount(0);
  await axeInBothThemes(sofia.page);

  watch.allowStatus(409);
  const joins = [sofia, marek].map((console) => console.request('Nora Lind').getByRole('button', { name: 'Join' }));
  await Promise.all(joins.map((join) => join.dispatchEvent('click')));
  const windows = [sofia, marek].map((console) => console.chat('Nora Lind').message);
  await expect.poll(async () => (await Promise.all(windows.map((window) => window.count()))).reduce((all, one) => all + one)).toBe(1);
  const [winner, loser] = (await windows[0]?.count()) ? (['Sofia Marin', marek] as const) : (['Marek Novak', sofia] as const);
  await expect(loser.page.getByText(`${winner} was a moment faster`)).toBeVisible();
  for (const console of [sofia, marek]) await expect(console.requests).toHaveCount(0);
});

test('a queue that begins to announce, or stops, is heard in consoles that are open', async ({ agent, customer, office }) => {
  await office.rule('Orders', { distribution: 'offer' });
  const sofia = await agent('Sofia');
  await office.rule('Orders', { distribution: 'announce' });
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  await expect(sofia.request('Nora Lind')).toBeVisible();
  await office.rule('Orders', { distribution: 'offer' });
  await expect(sofia.offer('Nora Lind')).toBeVisible();
  await expect(sofia.requests).toHaveCount(0);
});

test('a request is seen and taken wherever the agent is, the newest first', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  await sofia.open('tickets');
  const people = [await customer(), await customer(), await customer()];
  for (const [at, name] of ['Nora Lind', 'Ole Berg', 'Pia Holm'].entries()) {
    await people[at]?.asks({ name, message: 'Which bulb fits?' });
    await expect(sofia.request(name)).toBeVisible();
  }
  await expect(sofia.requests.getByRole('article')).toHaveCount(2);
  await expect(sofia.requests.getByRole('article').first()).toHaveAccessibleName('Pia Holm');
  await expect(sofia.requests.getByRole('link', { name: '1 more' })).toHaveAttribute('href', '/?list=waiting');
  await expect(sofia.page).toHaveTitle(/^\(3\) /);
  await sofia.request('Pia Holm').getByRole('button', { name: 'Join' }).click();
  const chat = await sofia.seesChat('Pia Holm');
  await expect(chat.message).toBeFocused();
  await expect(sofia.requests.getByRole('article')).toHaveCount(2);
});

test('who wants it is alerted while Not ready, and stops hearing when somebody has joined', async ({ agent, customer, desk, office: _ }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await sofia.open('account/alerts');
  await sofia.page.getByRole('checkbox', { name: 'Alert me while Not ready' }).check();
  await sofia.person.context.grantPermissions(['notifications'], { origin: new URL(desk.console).origin });
  await hide(sofia.page);
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Anybody there?' });
  await expect(sofia.request('Nora Lind')).toBeVisible();
  await expect.poll(async () => (await sounds(sofia.page)).length).toBeGreaterThan(0);
  await expect.poll(() => notices(sofia.page)).toContainEqual(expect.objectContaining({ title: 'Chat request: Nora Lind' }));
  await marek.tab('Waiting').click();
  await marek.card('Nora Lind').getByRole('button', { name: 'Join' }).click();
  await marek.seesChat('Nora Lind');
  await expect(sofia.requests).toHaveCount(0);
});
