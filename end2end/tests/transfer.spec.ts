import { axeInBothThemes, expect, test } from '../fixtures.ts';

test('a chat is handed to a colleague with a note that the customer never sees', async ({ agent, customer }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  const chat = await sofia.accept('Nora Lind');
  await chat.say('Let me ask a colleague.');
  await marek.goReady();
  await chat.menu('Transfer');
  const dialog = sofia.page.getByRole('dialog', { name: 'Transfer the chat with Nora Lind' });
  // Who cannot take it now stands there with the reason.
  await expect(dialog.getByRole('radio', { name: 'Chiara Rossi' })).toBeDisabled();
  await expect(dialog.getByText('Offline · 0 of 4 chats').or(dialog.getByText(/cannot be asked now/)).first()).toBeVisible();
  await axeInBothThemes(sofia.page);
  await dialog.getByRole('button', { name: 'Transfer' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Choose where the chat shall go.');
  await dialog.getByRole('radio', { name: 'Marek Novak' }).check();
  await dialog.getByRole('textbox', { name: 'Private note' }).fill('Knows brass? She is in a hurry.');
  await dialog.getByRole('button', { name: 'Transfer' }).click();
  await expect(dialog).toBeHidden();
  await expect(sofia.page.getByText('The chat with Nora Lind rings at Marek Novak')).toBeVisible();
  await expect(sofia.chat('Nora Lind').region).toHaveCount(0);

  await expect(marek.offer('Nora Lind')).toContainText('from Sofia Marin');
  const taken = await marek.accept('Nora Lind');
  await expect(taken.log).toContainText('Knows brass? She is in a hurry.');
  await expect(taken.log).toContainText('only agents see this');
  await taken.shows('Let me ask a colleague.');
  await taken.say('It is, all through.');
  await nora.chat.shows('It is, all through.');
  await expect(nora.chat.log).not.toContainText('She is in a hurry');
});

test('a colleague who turns away meanwhile is refused at the choice', async ({ agent, customer, watch }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  const chat = await sofia.accept('Nora Lind');
  await marek.goReady();
  await chat.menu('Transfer');
  const dialog = sofia.page.getByRole('dialog', { name: 'Transfer the chat with Nora Lind' });
  await dialog.getByRole('radio', { name: 'Marek Novak' }).check();
  await marek.choose('Lunch');
  await marek.isShownAs('Not ready');
  watch.allowStatus(409);
  await dialog.getByRole('button', { name: 'Transfer' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Marek Novak is not ready just now.');
  await dialog.getByRole('button', { name: 'Not yet' }).click();
  await expect(chat.message).toBeVisible();
});

test('a chat is handed to a queue, by keyboard alone', async ({ agent, customer, office }) => {
  await office.addQueue('Product help', {}, ['Chiara']);
  const [sofia, chiara] = [await agent('Sofia'), await agent('Chiara')];
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  const chat = await sofia.accept('Nora Lind');
  const { keyboard } = sofia.page;
  await chat.region.getByRole('button', { name: 'Chat menu' }).focus();
  await keyboard.press('Enter');
  await expect(sofia.page.getByRole('menuitem', { name: 'Transfer' })).toBeFocused();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  const dialog = sofia.page.getByRole('dialog', { name: 'Transfer the chat with Nora Lind' });
  await expect(dialog.getByRole('tab', { name: 'Queues' })).toHaveAttribute('aria-selected', 'true');
  const goal = dialog.getByRole('radio', { name: 'Product help' });
  await expect(goal).toBeVisible();
  for (let steps = 0; steps < 12 && !(await goal.evaluate((radio) => radio === document.activeElement)); steps += 1) {
    await keyboard.press((await sofia.page.evaluate(() => document.activeElement?.getAttribute('type') === 'radio')) ? 'ArrowDown' : 'Tab');
  }
  await expect(goal).toBeFocused();
  await keyboard.press('Space');
  await expect(goal).toBeChecked();
  await keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await chiara.goReady();
  const taken = await chiara.accept('Nora Lind');
  await taken.shows('Which bulb fits?');
});
