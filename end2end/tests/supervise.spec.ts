import { axeInBothThemes, expect, test } from '../fixtures.ts';

/** Wide enough for two windows side by side. */
const wide = { viewport: { width: 1600, height: 900 } } as const;

test('a supervisor listens, whispers, helps and takes over', async ({ agent, customer }) => {
  const [sofia, marek] = [await agent('Sofia', wide), await agent('Marek')];
  await marek.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  const own = await marek.accept('Nora Lind');

  // Sofia sees whom her colleagues talk to, and looks in: nobody is told.
  await expect(sofia.card('Nora Lind')).toContainText('with Marek Novak');
  await sofia.card('Nora Lind').getByRole('link', { name: 'Nora Lind' }).click();
  const chat = sofia.chat('Nora Lind');
  await expect(chat.region).toContainText('Listening in; the customer does not see you');
  await expect(chat.message).toHaveCount(0);
  await own.say('A moment.');
  await chat.shows('A moment.');
  await axeInBothThemes(sofia.page);

  // What is whispered only agents see.
  await chat.region.getByRole('button', { name: 'Whisper' }).click();
  await chat.say('It is brass all through.');
  await own.shows('It is brass all through.');
  await expect(own.bubble('It is brass all through.')).toContainText('Sofia Marin');
  await expect(own.bubble('It is brass all through.')).toContainText('only agents see this');
  await own.say('It is solid brass.');
  await nora.chat.shows('It is solid brass.');
  await expect(nora.chat.log).not.toContainText('brass all through');
  await expect(nora.chat.log).not.toContainText('Sofia');

  // Who joins is seen, and writes to the customer.
  await chat.region.getByRole('button', { name: 'Join' }).click();
  await expect(nora.chat.log).toContainText('Sofia Marin joined to help');
  await expect(own.region.locator('header')).toContainText('with Sofia Marin');
  await expect(chat.region.getByRole('button', { name: 'Leave', exact: true })).toBeVisible();
  await chat.say('Hello Nora, it is.');
  await nora.chat.shows('Hello Nora, it is.');
  await own.shows('Hello Nora, it is.');
  await sofia.reload();
  await expect(chat.message).toBeVisible();
  await chat.region.getByRole('button', { name: 'Leave', exact: true }).click();
  await expect(nora.chat.log).toContainText('Sofia Marin left the chat');
  await expect(chat.region).toContainText('Listening in');

  await chat.region.getByRole('button', { name: 'Take over' }).click();
  await expect(chat.message).toBeVisible();
  await expect(nora.chat.log).toContainText('Sofia Marin answers from now on, in place of Marek Novak');
  await expect(own.region).toHaveCount(0);
  await expect(marek.page.getByText('Sofia Marin has the chat with Nora Lind now')).toBeVisible();
  await chat.say('Now with me.');
  await nora.chat.shows('Now with me.');
});

test('a supervisor gives a chat to somebody', async ({ agent, customer }) => {
  const [sofia, marek, chiara] = [await agent('Sofia'), await agent('Marek'), await agent('Chiara')];
  await marek.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  await marek.accept('Nora Lind');
  await chiara.goReady();
  await sofia.card('Nora Lind').getByRole('link', { name: 'Nora Lind' }).click();
  await sofia.chat('Nora Lind').region.getByRole('button', { name: 'Assign…' }).click();
  const dialog = sofia.page.getByRole('dialog', { name: 'Assign the chat with Nora Lind' });
  await dialog.getByRole('radio', { name: 'Chiara Rossi' }).check();
  await dialog.getByRole('textbox', { name: 'Private note' }).fill('You know brass.');
  await dialog.getByRole('button', { name: 'Assign' }).click();
  await expect(dialog).toBeHidden();
  const taken = await chiara.seesChat('Nora Lind');
  await expect(taken.log).toContainText('You know brass.');
  await expect(marek.chat('Nora Lind').region).toHaveCount(0);
});

test('an agent sees no colleague’s chats and has no supervisor’s buttons', async ({ agent, customer }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  await sofia.accept('Nora Lind');
  await marek.tab('Waiting').click();
  await expect(marek.card('Nora Lind')).toHaveCount(0);
  await marek.tab('My sessions').click();
  await expect(marek.manager.getByRole('article')).toHaveCount(0);
});

test('words meant for agents stay private over a reload', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  const chat = await sofia.accept('Nora Lind');
  await expect(chat.message).toBeFocused();
  await sofia.page.keyboard.press('Alt+p');
  await expect(chat.region.getByRole('button', { name: 'Private' })).toHaveAttribute('aria-pressed', 'true');
  await chat.message.pressSequentially('Ask the supp');
  await sofia.reload();
  await expect(chat.message).toHaveValue('Ask the supp');
  await expect(chat.region.getByRole('button', { name: 'Private' })).toHaveAttribute('aria-pressed', 'true');
  await chat.message.press('End');
  await chat.message.pressSequentially('lier.');
  await chat.message.press('Enter');
  await chat.shows('Ask the supplier.');
  await chat.region.getByRole('button', { name: 'Private' }).click();
  await chat.say('One moment.');
  await nora.chat.shows('One moment.');
  await expect(nora.chat.log).not.toContainText('supplier');
});
