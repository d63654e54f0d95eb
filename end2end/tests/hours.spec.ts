import { axeInBothThemes, expect, test } from '../fixtures.ts';
import { closeOffice } from '../support/policy.ts';

/** A moment as a reader in this time zone is told of it. */
const told = (at: Date, timeZone: string) => at.toLocaleString('en', { weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });

test('outside office hours the customer sees in their own time when it opens', async ({ agent, customer }) => {
  const opens = await closeOffice(await agent('Sofia'));
  const nora = await customer({ timezoneId: 'America/New_York', viewport: { width: 320, height: 640 } });
  await nora.openForm();
  await expect(nora.frame.getByText('We are closed just now')).toBeVisible();
  await expect(nora.frame.getByText(told(opens, 'America/New_York'))).toBeVisible();
  await axeInBothThemes(nora.page);
  await nora.form.submit({ name: 'Nora Lind', message: 'Which bulb fits?' });
  await expect(nora.waiting).toContainText('We are closed just now');
  await expect(nora.waiting).toContainText(told(opens, 'America/New_York'));
  await expect(nora.waiting.getByRole('button', { name: 'Request a callback' })).toBeVisible();
  await axeInBothThemes(nora.page);
  // At once, without the minute of an open day.
  await nora.end.click();
  await expect(nora.leave).toBeVisible();
});

test('without scripts the opening is told in the zone of the office', async ({ agent, desk, person, watch }) => {
  watch.allow(/^request: .*\.js: csp$/);
  const opens = await closeOffice(await agent('Sofia'));
  const { page } = await person({ javaScriptEnabled: false });
  await page.goto(`${desk.console}widget/papermoon`);
  await expect(page.getByText(`${opens.toLocaleDateString('en', { weekday: 'long', timeZone: 'Asia/Tokyo' })}, `)).toContainText('(Asia/Tokyo)');
  await page.getByRole('textbox', { name: 'Name' }).fill('Nora Lind');
  await page.getByRole('textbox', { name: 'Message' }).fill('Is anybody there?');
  await page.getByRole('button', { name: 'Start chat' }).click();
  await page.getByRole('button', { name: 'Check for answers' }).click();
  await expect(page.getByText('We are closed just now').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'End chat' })).toBeVisible();
});
