import { axeInBothThemes, expect, test } from '../fixtures.ts';

test('waiting chats are filtered by queue, moved, and the choice stays in the address', async ({ agent, customer, office }) => {
  await office.addQueue('Product help');
  const sofia = await agent();
  const [nora, ole] = [await customer(), await customer()];
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await ole.asks({ name: 'Ole Berg', message: 'My parcel is late.' });
  await sofia.tab('Waiting').click();
  await expect(sofia.manager.getByRole('article')).toHaveCount(2);

  await sofia.card('Nora Lind').getByRole('button', { name: 'Move queue' }).click();
  const dialog = sofia.page.getByRole('dialog', { name: 'Move Nora Lind to another queue' });
  await dialog.getByRole('radio', { name: 'Product help' }).check();
  await axeInBothThemes(sofia.page);
  await dialog.getByRole('button', { name: 'Move queue' }).click();
  await expect(dialog).toBeHidden();
  await expect(nora.frame.getByText('You are now waiting for: Product help')).toBeVisible();
  await expect(sofia.card('Nora Lind')).toContainText('Product help');

  const filter = sofia.manager.getByRole('combobox', { name: 'Queue' });
  await filter.selectOption('Product help');
  await expect(sofia.manager.getByRole('article')).toHaveCount(1);
  await expect(sofia.tab('Waiting')).toHaveAccessibleDescription('1');
  await expect(sofia.page).toHaveURL(/list=waiting&queue=/);
  await sofia.reload();
  await expect(sofia.card('Nora Lind')).toBeVisible();
  await expect(sofia.card('Ole Berg')).toHaveCount(0);
  await filter.selectOption('All queues');
  await expect(sofia.manager.getByRole('article')).toHaveCount(2);
  await axeInBothThemes(sofia.page);
});

test('a chat outside office hours is parked, in sight, with the hour of opening', async ({ agent, customer, office }) => {
  await office.close('Orders');
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await expect(sofia.tab('Waiting')).toHaveAccessibleDescription('1');
  await sofia.tab('Waiting').click();
  await expect(sofia.card('Nora Lind')).toContainText('Closed until');
  await expect(sofia.offers).toHaveCount(0);
  await sofia.card('Nora Lind').getByRole('button', { name: 'Join' }).click();
  await sofia.seesChat('Nora Lind');
});

test('a chat that rings says at whom', async ({ agent, customer }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await marek.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await sofia.tab('Waiting').click();
  await expect(sofia.card('Nora Lind')).toContainText('Ringing at Marek Novak');
});

test('who wants to be called stays as work with a number to dial', async ({ agent, customer, office }) => {
  await office.rule('Orders', { callback_after: 0 });
  const sofia = await agent();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', email: 'nora@example.com', message: 'Which bulb fits?' });
  await nora.frame.getByRole('button', { name: 'Request a callback' }).first().click();
  await nora.frame.getByRole('textbox', { name: 'Phone number' }).fill('+49 (30) 123 456');
  await nora.frame.getByRole('textbox', { name: 'Message (optional)' }).fill('After four, please.');
  await nora.frame.getByRole('button', { name: 'Request a callback' }).last().click();
  await sofia.tab('Callbacks').click();
  const card = sofia.card('Nora Lind');
  await expect(card.getByRole('link', { name: '+49 (30) 123 456' })).toHaveAttribute('href', 'tel:+4930123456');
  await expect(card).toContainText('After four, please.');
  await expect(card.getByRole('link', { name: 'Email' })).toHaveAttribute('href', 'mailto:nora@example.com');
  await axeInBothThemes(sofia.page);
  await card.getByRole('button', { name: 'Open' }).click();
  await expect(sofia.chat('Nora Lind').log).toContainText('Which bulb fits?');
  await expect(sofia.chat('Nora Lind').message).toHaveCount(0);

  await card.getByRole('button', { name: 'End session' }).click();
  const dialog = sofia.page.getByRole('dialog', { name: 'What was done for Nora Lind?' });
  await dialog.getByRole('textbox', { name: 'Closing note' }).fill('Called, E27 it is.');
  await dialog.getByRole('button', { name: 'End session' }).click();
  await expect(card).toHaveCount(0);
  await sofia.tab('History').click();
  await expect(sofia.card('Nora Lind')).toContainText('Followed up');
  await expect(sofia.card('Nora Lind')).toContainText('Called, E27 it is.');
});

test('the history finds a finished chat and opens it to read', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.tab('History').click();
  await expect(sofia.manager.getByText('Nothing is over yet')).toBeVisible();
  await sofia.tab('My sessions').click();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  const chat = await sofia.accept('Nora Lind');
  await chat.say('Any with an E27 base.');
  const end = await chat.asksToEnd();
  await end.without.check();
  await end.confirm.click();
  await chat.leaveInLine.click();
  await sofia.tab('History').click();
  const card = sofia.card('Nora Lind');
  await expect(card).toContainText('Sofia Marin');
  await expect(card).toContainText('Waited 0:');
  await axeInBothThemes(sofia.page);

  const search = sofia.manager.getByRole('searchbox', { name: 'Search in history' });
  await search.fill('nobody of this name');
  await expect(sofia.manager.getByText('Nothing fits')).toBeVisible();
  await search.fill('nora');
  await expect(card).toBeVisible();
  await sofia.manager.getByRole('combobox', { name: 'Outcome' }).selectOption('Ticketed');
  await expect(card).toHaveCount(0);
  await sofia.manager.getByRole('combobox', { name: 'Outcome' }).selectOption('Any outcome');
  await card.getByRole('link', { name: 'Nora Lind' }).click();
  await expect(chat.log).toContainText('Any with an E27 base.');
  await expect(chat.message).toHaveCount(0);
  await expect(chat.region).toContainText('This chat is finished.');
});
