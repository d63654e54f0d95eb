import { axeInBothThemes, expect, test } from '../fixtures.ts';
import { LoginPage } from '../pages/login.ts';
import { setupLink } from '../pages/setup.ts';

// axe reads a screen twice, and there are many.
test.describe.configure({ timeout: 240_000 });

test('the pages in front of the desk', async ({ desk, page, watch }) => {
  watch.allowStatus(401);
  watch.allowStatus(404);
  const login = new LoginPage(page);
  await login.open(desk);
  await axeInBothThemes(page);
  await login.send('nobody@papermoon.example', 'not the password');
  await expect(login.problem).toBeVisible();
  await axeInBothThemes(page);
  await page.goto(`${desk.console}widget/nobody`);
  await expect(page.getByRole('heading', { name: 'There is no chat here' })).toBeVisible();
  await axeInBothThemes(page);
});

test('the first start', async ({ freshDesk, page, watch }) => {
  const desk = await freshDesk({ demo: false });
  await page.goto(await setupLink(desk));
  await expect(page.getByRole('button', { name: 'Open the desk' })).toBeVisible();
  await axeInBothThemes(page);
  watch.allowStatus(422);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.com');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Open the desk' }).click();
  await expect(page.getByText('Take at least ten characters.')).toBeVisible();
  await axeInBothThemes(page);
});

test('a chat on both sides', async ({ agent, customer }) => {
  const wide = { viewport: { width: 1600, height: 900 } };
  const sofia = await agent('Sofia', wide);
  await axeInBothThemes(sofia.page);
  const nora = await customer();
  await axeInBothThemes(nora.page);
  await nora.openForm();
  await axeInBothThemes(nora.page);
  await nora.form.start.click();
  await expect(nora.frame.getByText('Fill in this field.').first()).toBeVisible();
  await axeInBothThemes(nora.page);
  await nora.form.submit({ name: 'Nora Lind', email: 'nora@example.com', message: 'Which bulb fits? See https://example.com/lamp' });
  await expect(nora.waiting).toBeVisible();
  await axeInBothThemes(nora.page);
  await sofia.tab('Waiting').click();
  await expect(sofia.card('Nora Lind')).toBeVisible();
  await axeInBothThemes(sofia.page);

  await sofia.goReady();
  await expect(sofia.offer('Nora Lind')).toBeVisible();
  await axeInBothThemes(sofia.page);
  const chat = await sofia.accept('Nora Lind');
  await chat.say('Any with an E27 base.');
  await nora.chat.shows('Any with an E27 base.');
  await chat.came('Any with an E27 base.', 'read');
  await nora.chat.message.pressSequentially('Thank you');
  await expect(chat.log.getByText('Nora Lind is typing')).toBeVisible();
  await axeInBothThemes(sofia.page);
  await axeInBothThemes(nora.page);

  const ole = await customer();
  await ole.asks({ name: 'Ole Berg', message: 'My parcel is late.' });
  await expect(sofia.offer('Ole Berg')).toBeVisible();
  await axeInBothThemes(sofia.page);
  await sofia.offer('Ole Berg').getByRole('button', { name: 'Accept' }).click();
  const beside = await sofia.seesChat('Ole Berg');
  await sofia.state.click();
  await expect(sofia.page.getByRole('menuitemradio', { name: 'Lunch' })).toBeVisible();
  await axeInBothThemes(sofia.page);
  await sofia.page.keyboard.press('Escape');
  await beside.region.getByRole('button', { name: 'Minimise' }).click();
  await axeInBothThemes(sofia.page);
  await chat.region.getByRole('button', { name: 'Close chat' }).click();
  await expect(sofia.page.getByRole('alertdialog', { name: 'Close this chat?' })).toBeVisible();
  await axeInBothThemes(sofia.page);
  await sofia.page.keyboard.press('Escape');

  const end = await chat.asksToEnd();
  await axeInBothThemes(sofia.page);
  await end.subject.fill('');
  await end.confirm.click();
  await expect(end.dialog.getByText('Fill in this field.')).toBeVisible();
  await axeInBothThemes(sofia.page);
  await end.subject.fill('Which bulb fits?');
  await end.confirm.click();
  await expect(chat.leaveInLine).toBeVisible();
  await axeInBothThemes(sofia.page);
  await expect(nora.leave).toBeVisible();
  await axeInBothThemes(nora.page);
});

test('tickets and sign-ins', async ({ agent, customer, desk, watch }) => {
  const sofia = await agent();
  await sofia.open('tickets');
  await expect(sofia.page.getByText('No tickets yet')).toBeVisible();
  await axeInBothThemes(sofia.page);
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  // Away from the chats the offer rings too.
  await expect(sofia.offer('Nora Lind')).toBeVisible();
  await axeInBothThemes(sofia.page);
  const chat = await sofia.accept('Nora Lind');
  await (await chat.asksToEnd()).confirm.click();
  await chat.leaveInLine.click();
  await sofia.open('tickets');
  await sofia.page.getByRole('link', { name: 'Which bulb fits?' }).click();
  await expect(sofia.page.getByRole('article')).toBeVisible();
  await axeInBothThemes(sofia.page);
  await sofia.page.goBack();
  await expect(sofia.page.getByRole('row')).toHaveCount(2);
  await axeInBothThemes(sofia.page);
  await sofia.open('account/sessions');
  await expect(sofia.page.getByRole('listitem')).not.toHaveCount(0);
  await axeInBothThemes(sofia.page);
  watch.allowStatus(404);
  await sofia.open('tickets/4711');
  await expect(sofia.page.getByText('There is no ticket 4711')).toBeVisible();
  await axeInBothThemes(sofia.page);
  await sofia.page.goto(`${desk.console}nowhere`);
  await expect(sofia.page.getByRole('heading', { name: 'Nothing is here' })).toBeVisible();
  await axeInBothThemes(sofia.page);
});

test('while the line is down', async ({ agent, customer, desk, watch }) => {
  const sofia = await agent();
  await sofia.goReady();
  const nora = await customer();
  await nora.asks({ name: 'Nora Lind', message: 'Which bulb fits?' });
  const chat = await sofia.accept('Nora Lind');
  watch.allowNetworkErrors();
  await desk.kill();
  await chat.say('One moment');
  await nora.chat.say('Hello?');
  await expect(sofia.link).toContainText('Reconnecting.');
  await expect(nora.lost).toBeVisible();
  await axeInBothThemes(sofia.page);
  await axeInBothThemes(nora.page);
});
