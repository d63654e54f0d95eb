import { readFile } from 'node:fs/promises';
import { axeInBothThemes, expect, test } from '../fixtures.ts';
import { Console } from '../pages/console.ts';

test('a number leads to its chats, and each of them to what was written', async ({ agent, customer }) => {
  const sofia = await agent('Sofia');
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  const chat = await sofia.accept('Nora Lind');
  await chat.say('Any with an E27 base.');
  await nora.chat.shows('Any with an E27 base.');
  const ole = await customer();
  await ole.asks({ name: '=Ole', message: 'Anybody?' });
  await sofia.offer('=Ole').getByRole('button', { name: 'Reject' }).click();
  await expect(sofia.offers).toHaveCount(0);

  await sofia.page.getByRole('link', { name: 'Reports' }).click();
  const table = sofia.page.getByRole('region', { name: 'By agent' });
  const row = table.getByRole('row').filter({ hasText: 'Sofia Marin' });
  await expect(row.locator('[data-measure=offered]')).toHaveText('2');
  await expect(row.locator('[data-measure=accepted]')).toHaveText('1');
  await row.locator('[data-measure=rejected]').click();
  await expect(sofia.page.getByRole('heading', { name: 'Rejected: 1' })).toBeVisible();
  await expect(sofia.page.getByRole('table').getByRole('row')).toHaveCount(2);
  await axeInBothThemes(sofia.page);

  const download = sofia.page.waitForEvent('download');
  await sofia.page.getByRole('link', { name: 'This list as a CSV file' }).click();
  const file = await readFile(await (await download).path(), 'utf8');
  expect(file.charCodeAt(0)).toBe(0xfeff);
  expect(file).toContain(",'=Ole,Orders,Sofia Marin,rejected,");

  await sofia.page.getByRole('link', { name: 'Back' }).click();
  await table.getByRole('row').filter({ hasText: 'Sofia Marin' }).locator('[data-measure=accepted]').click();
  await sofia.page.getByRole('link', { name: 'Nora Lind' }).click();
  await expect(sofia.page.getByRole('heading', { name: 'Nora Lind', level: 1 })).toBeVisible();
  await expect(sofia.page.getByRole('log', { name: 'Conversation' })).toContainText('Which bulb fits?');
  await expect(sofia.page.getByRole('log', { name: 'Conversation' })).toContainText('Any with an E27 base.');
  await expect(sofia.page.getByRole('textbox', { name: 'Message' })).toHaveCount(0);
});

test('the report is filtered by its address, reads well and fits every screen', async ({ agent, customer }) => {
  test.setTimeout(120_000);
  const sofia = await agent('Sofia');
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await sofia.open('reports');
  await expect(sofia.page.getByRole('heading', { name: 'Reports', level: 1 })).toBeVisible();
  const days = sofia.page.getByRole('region', { name: 'By day' });
  await expect(days.getByRole('row')).toHaveCount(9);
  await axeInBothThemes(sofia.page);
  for (const width of [320, 768, 1440]) {
    await sofia.page.setViewportSize({ width, height: 800 });
    expect(await sofia.page.evaluate(() => document.documentElement.scrollWidth), `${width}`).toBeLessThanOrEqual(width);
  }
  await sofia.page.getByRole('combobox', { name: 'Period' }).selectOption('Today');
  await sofia.page.getByRole('button', { name: 'Show' }).click();
  await expect(days.getByRole('row')).toHaveCount(3);
  expect(new URL(sofia.page.url()).searchParams.get('period')).toBe('today');
  await expect(days.locator('[data-measure=chats]').first()).toHaveText('1');
  await sofia.page.getByRole('combobox', { name: 'Agent' }).selectOption('Marek Novak');
  await sofia.page.getByRole('button', { name: 'Show' }).click();
  await expect(sofia.page.getByRole('region', { name: 'By agent' }).getByRole('row')).toHaveCount(2);

  const download = sofia.page.waitForEvent('download');
  await sofia.page.getByRole('link', { name: 'By agent as a CSV file' }).click();
  expect(await readFile(await (await download).path(), 'utf8')).toContain('\r\nMarek Novak,0,');
});

test('days are those of the reader', async ({ person, desk, customer }) => {
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  // Twelve hours behind and fourteen ahead of UTC: at no moment do both have the same day.
  const today = (zone: string) => new Intl.DateTimeFormat('sv', { timeZone: zone }).format(new Date());
  for (const zone of ['Etc/GMT+12', 'Pacific/Kiritimati']) {
    const sofia = new Console(await person({ timezoneId: zone }), desk);
    await sofia.signIn(desk.agent('Sofia'));
    await sofia.open('reports?period=today');
    await expect(sofia.page.getByRole('region', { name: 'By day' }).locator('tbody time')).toHaveAttribute('datetime', today(zone));
    await expect(sofia.page.getByRole('region', { name: 'By day' }).locator('tbody [data-measure=chats]')).toHaveText('1');
  }
});
