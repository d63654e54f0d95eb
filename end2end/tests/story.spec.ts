import { readFile } from 'node:fs/promises';
import { expect, test } from '../fixtures.ts';

test('a chat from the form to its ticket', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.isShownAs('Not ready');
  const nora = await customer();
  const side = await nora.asks({ name: 'Nora Lind', email: 'nora@example.com', message: 'My lamp flickers when it rains.' });

  // Nobody is ready: she waits, and sees where.
  await expect(nora.waiting).toContainText('You are next in line');
  await expect(nora.waiting).toContainText(/Waiting so far: 0:\d\d/);
  await expect(nora.frame.getByText(/You can end this chat in 0:\d\d/)).toBeVisible();

  await sofia.goReady();
  const offer = sofia.offer('Nora Lind');
  await expect(offer).toBeVisible();
  await expect(offer).toContainText(/Q \d+:\d\d/);
  await expect(offer).toContainText('My lamp flickers when it rains.');
  await expect(offer.getByRole('timer')).toBeVisible();
  await expect(offer.getByRole('button', { name: 'Open' })).toHaveCount(0);
  await sofia.isShownAs('Busy');

  const chat = await sofia.accept('Nora Lind');
  await expect(sofia.offers).toHaveCount(0);
  await expect(chat.message).toBeFocused();
  await expect(sofia.contact).toContainText('nora@example.com');
  await expect(sofia.card('Nora Lind')).toBeVisible();
  await expect(nora.frame.getByText('Sofia Marin joined')).toBeVisible();
  await expect(nora.waiting).toBeHidden();

  // Both ways, with typing and marks.
  await chat.shows('My lamp flickers when it rains.');
  await chat.message.pressSequentially('Hello Nora');
  await expect(side.log.getByText('Sofia Marin is typing')).toBeVisible();
  await chat.message.press('Enter');
  await side.shows('Hello Nora');
  await expect(side.log.getByText('Sofia Marin is typing')).toBeHidden();
  await chat.came('Hello Nora', 'read');
  await side.message.pressSequentially('It is the blue one.');
  await expect(chat.log.getByText('Nora Lind is typing')).toBeVisible();
  await side.send.click();
  await chat.shows('It is the blue one.');
  await side.came('It is the blue one.', 'read');

  // What comes while the widget is closed is counted at the launcher.
  await nora.close();
  await chat.say('Does it hang outside?');
  await expect(nora.launcher).toHaveAccessibleName('Open chat, 1 unread message');
  await chat.came('Does it hang outside?', 'delivered');
  await chat.say('And which bulb is in it?');
  await expect(nora.launcher).toHaveAccessibleName('Open chat, 2 unread messages');
  await nora.open();
  await expect(nora.launcher).toHaveAccessibleName('Close chat');
  await chat.came('And which bulb is in it?', 'read');
  await side.isInOrder();
  await chat.isInOrder();

  // The end, with a ticket that is filled in from the chat.
  const end = await chat.asksToEnd();
  await expect(end.withTicket).toBeChecked();
  await expect(end.subject).toHaveValue('My lamp flickers when it rains.');
  await expect(end.description).toHaveValue('My lamp flickers when it rains.');
  await expect(end.requester).toHaveValue('Nora Lind');
  await expect(end.email).toHaveValue('nora@example.com');
  await end.subject.fill('Luna flickers in the rain');
  await end.priority.selectOption({ label: 'High' });
  await end.confirm.click();
  await expect(end.dialog).toBeHidden();
  await expect(sofia.page.getByText(/^Ticket \d+ created$/)).toBeVisible();

  await expect(nora.frame.getByRole('heading', { name: 'This chat has ended' })).toBeVisible();
  await expect(side.message).toHaveCount(0);
  await expect(chat.message).toHaveCount(0);
  await expect(chat.leave).toBeVisible();
  await chat.leaveInLine.click();
  await expect(chat.region).toHaveCount(0);
  await expect(sofia.card('Nora Lind')).toHaveCount(0);
  await sofia.isShownAs('Ready');
  await nora.leave.click();
  await expect(nora.form.start).toBeVisible();

  // The ticket keeps it all.
  await sofia.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tickets' }).click();
  const row = sofia.page.getByRole('row', { name: /Luna flickers in the rain/ });
  await expect(row).toContainText('Nora Lind');
  await expect(row).toContainText('High');
  await row.getByRole('link', { name: 'Luna flickers in the rain' }).click();
  const page = sofia.page;
  await expect(page).toHaveURL(/\/tickets\/\d+$/);
  const number = /\d+$/.exec(page.url())?.[0] ?? '';
  await expect(page.getByRole('heading', { level: 1, name: 'Luna flickers in the rain' })).toBeVisible();
  await expect(page.getByText(`Ticket ${number}`, { exact: true })).toBeVisible();
  const ticket = page.getByRole('article', { name: 'Luna flickers in the rain' });
  await expect(ticket.getByRole('region', { name: 'Description' })).toContainText('My lamp flickers when it rains.');
  await expect(ticket.getByRole('region', { name: 'Internal note' })).toContainText('It is the blue one.');
  const properties = page.getByRole('complementary', { name: 'Properties' });
  await expect(properties).toContainText('Nora Lind');
  await expect(properties).toContainText('nora@example.com');

  const [download] = await Promise.all([page.waitForEvent('download'), ticket.getByRole('link', { name: /^Download / }).click()]);
  const transcript = await readFile(await download.path(), 'utf8');
  for (const words of ['My lamp flickers when it rains.', 'Hello Nora', 'It is the blue one.', 'Does it hang outside?', 'Sofia Marin']) {
    expect(transcript).toContain(words);
  }
});

test('a chat is closed without a ticket', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Do you ship to Norway?' });
  const chat = await sofia.accept('Nora Lind');
  const end = await chat.asksToEnd();
  await end.notYet.click();
  await expect(end.dialog).toBeHidden();
  await expect(chat.message).toBeVisible();

  await chat.asksToEnd();
  await end.without.check();
  await expect(end.subject).toBeHidden();
  await end.confirm.click();
  await expect(nora.frame.getByRole('heading', { name: 'This chat has ended' })).toBeVisible();
  await chat.leave.click();
  await expect(chat.region).toHaveCount(0);
  await sofia.open('tickets');
  await expect(sofia.page.getByText('No tickets yet')).toBeVisible();
});
