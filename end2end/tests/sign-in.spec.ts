import { expect, test } from '../fixtures.ts';
import { LoginPage } from '../pages/login.ts';
import { Console } from '../pages/console.ts';
import { setupLink } from '../pages/setup.ts';

test('a wrong password is refused, and the e-mail stays', async ({ desk, page, watch }) => {
  watch.allowStatus(401);
  const login = new LoginPage(page);
  const sofia = desk.agent('Sofia');
  await login.open(desk);
  await expect(login.email).toBeFocused();
  await login.send(sofia.email, 'not the password');
  await expect(login.problem).toHaveText('Email and password do not go together. Try again.');
  await expect(login.email).toHaveValue(sofia.email);
  await expect(login.password).toHaveValue('');
  await expect(login.password).toBeFocused();
  await login.password.fill(sofia.password);
  await login.submit.click();
  await expect(page).toHaveURL(desk.console);
});

test('an unknown e-mail is refused with the same words', async ({ desk, page, watch }) => {
  watch.allowStatus(401);
  const login = new LoginPage(page);
  await login.open(desk);
  await login.send('nobody@papermoon.example', 'not the password');
  await expect(login.problem).toHaveText('Email and password do not go together. Try again.');
});

test('signing in leads to the page that was asked for', async ({ desk, page }) => {
  await page.goto(`${desk.console}tickets?status=open`);
  const login = new LoginPage(page);
  const sofia = desk.agent('Sofia');
  await login.send(sofia.email, sofia.password);
  await expect(page).toHaveURL(`${desk.console}tickets?status=open`);
  await expect(page.getByRole('heading', { name: 'Tickets' })).toBeVisible();
});

test('signing out ends this sign-in', async ({ agent, desk }) => {
  const sofia = await agent();
  await sofia.page.getByRole('button', { name: 'Sofia Marin, account' }).click();
  await sofia.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(sofia.page).toHaveURL(`${desk.console}login`);
  await sofia.page.goto(desk.console);
  await expect(sofia.page).toHaveURL(`${desk.console}login`);
  await sofia.page.goBack();
  await expect(sofia.page).toHaveURL(`${desk.console}login`);
});

test('one sign-in ends another', async ({ agent, desk, person }) => {
  const sofia = await agent();
  const phone = new Console(await person({ userAgent: 'Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0' }), desk);
  await phone.signIn(desk.agent('Sofia'));
  await phone.open();
  await sofia.page.getByRole('button', { name: 'Sofia Marin, account' }).click();
  await sofia.page.getByRole('menuitem', { name: 'Sign-ins' }).click();
  await expect(sofia.page).toHaveURL(`${desk.console}account/sessions`);
  const rows = sofia.page.getByRole('main').getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'this browser' })).toContainText('Chrome · ');
  const other = rows.filter({ hasText: 'Firefox · Android' });
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(rows).toHaveCount(1);
  const told = phone.page.getByRole('alertdialog', { name: 'You are signed out' });
  await expect(told).toBeVisible();
  await told.getByRole('button', { name: 'Sign in' }).click();
  await expect(phone.page).toHaveURL(/\/login/);
});

test('signing out everywhere ends the consoles of other browsers', async ({ agent, desk, watch }) => {
  const here = await agent();
  const there = await agent();
  const marek = await agent('Marek');
  await here.open('account/sessions');
  await here.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(here.page).toHaveURL(`${desk.console}login`);
  await expect(there.page.getByRole('alertdialog', { name: 'You are signed out' })).toBeVisible();
  watch.allowStatus(401);
  await there.page.goto(desk.console);
  await expect(there.page).toHaveURL(`${desk.console}login`);
  await marek.reload();
  await marek.isShownAs('Not ready');
});

test('a new desk makes its first administrator once', async ({ freshDesk, page, watch }) => {
  const desk = await freshDesk({ demo: false });
  const link = await setupLink(desk);
  await page.goto(link);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada Byron');
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@example.com');
  await page.getByLabel('Password').fill('short');
  watch.allowStatus(422);
  await page.getByRole('button', { name: 'Open the desk' }).click();
  await expect(page.getByText('Take at least ten characters.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue('Ada Byron');
  await page.getByLabel('Password').fill('a long enough sentence');
  await page.getByRole('button', { name: 'Open the desk' }).click();
  await expect(page).toHaveURL(desk.console);
  await expect(page.getByRole('button', { name: /^Ada Byron/ })).toBeVisible();

  await page.goto(link);
  watch.allowStatus(403);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Eve');
  await page.getByRole('textbox', { name: 'Email' }).fill('eve@example.com');
  await page.getByLabel('Password').fill('a long enough sentence');
  await page.getByRole('button', { name: 'Open the desk' }).click();
  await expect(page.getByText(/^This link is used up or too old/)).toBeVisible();
});
