import { axeInBothThemes, expect, hide, notices, sounds, test } from '../fixtures.ts';
import { Console } from '../pages/console.ts';

test('the test of the alerts rings, shows a notice, and says what is in the way', async ({ agent, desk }) => {
  const sofia = await agent();
  await sofia.open('account/alerts');
  const { page } = sofia;
  const test = page.getByRole('button', { name: 'Test my alerts' });
  const result = page.getByRole('status', { name: 'Result of the test' });
  await sofia.person.context.grantPermissions(['notifications'], { origin: new URL(desk.console).origin });
  await sofia.reload();
  await expect(page.getByText('This browser allows them.')).toBeVisible();
  await test.click();
  await expect(result).toContainText('You should have heard two rising strokes of a bell.');
  await expect(result).toContainText('You should see a notice at the edge of your screen.');
  expect((await sounds(page)).length).toBeGreaterThan(0);
  expect(await notices(page)).toContainEqual(expect.objectContaining({ title: 'Web Chat: a test' }));
  await axeInBothThemes(page);

  await page.getByRole('slider', { name: 'Volume' }).fill('0');
  await page.getByRole('checkbox', { name: 'Desktop notifications' }).uncheck();
  const before = [(await sounds(page)).length, (await notices(page)).length];
  await test.click();
  await expect(result).toContainText('the volume is 0');
  await expect(result).toContainText('you have switched desktop notifications off above');
  expect([(await sounds(page)).length, (await notices(page)).length]).toEqual(before);
  // What was set stays.
  await sofia.reload();
  await expect(page.getByRole('slider', { name: 'Volume' })).toHaveValue('0');
  await expect(page.getByRole('checkbox', { name: 'Desktop notifications' })).not.toBeChecked();
  await expect(page.getByRole('button', { name: 'Alert sound: off' })).toBeVisible();
});

test('an offer rings in all tabs, one of them is heard, and it is gone in all at once', async ({ desk, person, customer }) => {
  const sofia = new Console(await person(), desk);
  await sofia.person.context.grantPermissions(['notifications'], { origin: new URL(desk.console).origin });
  await sofia.signIn(desk.agent('Sofia'));
  await sofia.open();
  await sofia.goReady();
  const second = await sofia.anotherTab('tickets');
  await second.page.mouse.click(5, 5);
  for (const tab of [sofia, second]) await hide(tab.page);
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Anybody there?' });
  for (const tab of [sofia, second]) await expect(tab.offer('Nora Lind')).toBeVisible();
  const all = async () => [await sounds(sofia.page), await sounds(second.page)] as const;
  await expect.poll(async () => (await all()).filter((made) => made.length > 0).length).toBe(1);
  const shown = async () => [...(await notices(sofia.page)), ...(await notices(second.page))].filter(({ title }) => title === 'Web Chat: Nora Lind');
  await expect.poll(shown).toHaveLength(1);
  await second.offer('Nora Lind').getByRole('button', { name: 'Reject' }).click();
  for (const tab of [sofia, second]) await expect(tab.offers).toHaveCount(0);
});

test('a volume of zero in one tab silences the other', async ({ agent, customer }) => {
  const sofia = await agent();
  await sofia.goReady();
  const second = await sofia.anotherTab('account/alerts');
  await second.page.getByRole('slider', { name: 'Volume' }).fill('0');
  await expect(sofia.page.getByRole('button', { name: 'Alert sound: off' })).toBeVisible();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Anybody there?' });
  await expect(sofia.offer('Nora Lind')).toBeVisible();
  expect(await sounds(sofia.page)).toEqual([]);
});
