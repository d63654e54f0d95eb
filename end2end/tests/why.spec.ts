import { axeInBothThemes, expect, test } from '../fixtures.ts';

test('the console says why a chat went where it went', async ({ agent, customer }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  await sofia.offer('Nora Lind').getByRole('button', { name: 'Reject' }).click();
  await marek.goReady();
  const chat = await marek.accept('Nora Lind');
  await chat.menu('Why did this chat go there?');
  const dialog = marek.page.getByRole('dialog', { name: 'Why did Nora Lind’s chat go there?' });
  await expect(dialog.getByText('Offered to Sofia Marin')).toBeVisible();
  await expect(dialog.getByText('Orders · rejected')).toBeVisible();
  const last = dialog.getByRole('listitem').filter({ hasText: 'Offered to Marek Novak' });
  await expect(last).toContainText('accepted · the only one who could be asked');
  await expect(last.getByRole('list', { name: 'Who else was looked at' })).toContainText('Sofia Marin not ready');
  await axeInBothThemes(marek.page);
  await marek.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(chat.region.getByRole('button', { name: 'Chat menu' })).toBeFocused();
});

test('who got no chat is told why', async ({ agent, customer }) => {
  const [sofia, marek] = [await agent('Sofia'), await agent('Marek')];
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  await sofia.accept('Nora Lind');
  await marek.state.click();
  await marek.page.getByRole('menuitem', { name: 'Why did I get none?' }).click();
  const dialog = marek.page.getByRole('dialog', { name: 'Why did I get none?' });
  await expect(dialog.getByText('You are not asked just now: not ready')).toBeVisible();
  await expect(dialog.getByText('Your queues: Orders')).toBeVisible();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Nora Lind' })).toContainText('not ready · Offered to Sofia Marin');
  await axeInBothThemes(marek.page);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
});

test('rules are played on a day before they are saved', async ({ agent, customer }) => {
  const sofia = await agent('Sofia');
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Is the brass real?' });
  await sofia.accept('Nora Lind');
  await sofia.open('settings/queues');
  await sofia.page.getByRole('link', { name: 'Orders' }).click();
  const block = sofia.page.getByRole('region', { name: 'What would have happened with these rules?' });
  await block.getByRole('button', { name: 'Play the day again' }).click();
  await expect(block.getByText('Every chat would have gone to the same person.')).toBeVisible();
  await sofia.page.getByRole('checkbox', { name: 'Sofia Marin' }).uncheck();
  await block.getByRole('button', { name: 'Play the day again' }).click();
  await expect(block.getByRole('row', { name: /Nora Lind/ })).toContainText('Sofia Marin');
  await expect(block.getByRole('row', { name: /Nora Lind/ })).toContainText('Nobody');
  await axeInBothThemes(sofia.page);
});
