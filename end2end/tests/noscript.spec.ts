import { expect, test } from '../fixtures.ts';
import { LoginPage } from '../pages/login.ts';

const withoutScripts = { javaScriptEnabled: false } as const;

// A browser without scripts does not fetch them either, and tells so as if a policy had refused it.
test.beforeEach(({ watch }) => watch.allow(/^request: .*\.js: csp$/));

test('an agent signs in and out without scripts', async ({ desk, person, watch }) => {
  watch.allowStatus(401);
  const { page } = await person(withoutScripts);
  const login = new LoginPage(page);
  const sofia = desk.agent('Sofia');
  await login.open(desk);
  await login.send(sofia.email, 'not the password');
  await expect(login.problem).toContainText('Email and password do not go together');
  await expect(login.email).toHaveValue(sofia.email);
  await expect(login.password).toHaveValue('');
  await login.password.fill(sofia.password);
  await login.submit.click();
  await expect(page).toHaveURL(desk.console);
  await expect(page.getByRole('region', { name: 'Chat session manager' })).toBeVisible();
  await page.getByRole('button', { name: /account$/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${desk.console}login`);
});

test('a customer chats without scripts', async ({ desk, agent, person, watch }) => {
  watch.allowStatus(422);
  const sofia = await agent();
  await sofia.goReady();
  const { page } = await person(withoutScripts);
  await page.goto(`${desk.console}widget/papermoon`);

  // What is missing is said at its field, what was typed stays.
  await page.getByRole('textbox', { name: 'Message' }).fill('Can I pay by invoice?');
  await page.getByRole('button', { name: 'Start chat' }).click();
  await expect(page.getByText('Fill in this field.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('Can I pay by invoice?');
  await page.getByRole('textbox', { name: 'Name' }).fill('Nora Lind');
  await page.getByRole('button', { name: 'Start chat' }).click();

  const log = page.getByRole('log', { name: 'Conversation' });
  await expect(log).toContainText('Can I pay by invoice?');
  await expect(page.getByRole('region', { name: 'Waiting' })).toContainText('You are next in line');
  const chat = await sofia.accept('Nora Lind');
  await chat.say('You can, from 500 euros on.');
  await chat.came('You can, from 500 euros on.', 'sent');

  const check = page.getByRole('button', { name: 'Check for answers' });
  await check.click();
  await expect(log).toContainText('You can, from 500 euros on.');
  await expect(log).toContainText('Sofia Marin joined');
  await chat.came('You can, from 500 euros on.', 'read');
  await page.getByRole('textbox', { name: 'Message' }).fill('Then I take three.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(log).toContainText('Then I take three.');
  await chat.shows('Then I take three.');

  // A reload sends the form again: the message is there once.
  await page.reload();
  await expect(log.getByText('Then I take three.')).toHaveCount(1);
  await chat.isInOrder();
  await chat.shows('Then I take three.');

  const end = await chat.asksToEnd();
  await end.without.check();
  await end.confirm.click();
  await expect(chat.leave).toBeVisible();
  await check.click();
  await expect(page.getByRole('heading', { name: 'This chat has ended' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Leave chat' }).click();
  await expect(page.getByRole('button', { name: 'Start chat' })).toBeVisible();
});

test('posting the form again gives the same chat', async ({ desk, agent, person }) => {
  const sofia = await agent();
  const { page } = await person(withoutScripts);
  await page.goto(`${desk.console}widget/papermoon`);
  await page.getByRole('textbox', { name: 'Name' }).fill('Nora Lind');
  await page.getByRole('textbox', { name: 'Message' }).fill('Is anybody there?');
  await page.getByRole('button', { name: 'Start chat' }).click();
  await expect(page.getByRole('log')).toContainText('Is anybody there?');
  await page.reload();
  await expect(page.getByRole('log')).toContainText('Is anybody there?');
  await sofia.tab('Waiting').click();
  await expect(sofia.card('Nora Lind')).toHaveCount(1);
});

test('what is written after the end is kept for a new chat', async ({ desk, agent, person, watch }) => {
  watch.allowStatus(409);
  const sofia = await agent();
  await sofia.goReady();
  const { page } = await person(withoutScripts);
  await page.goto(`${desk.console}widget/papermoon`);
  await page.getByRole('textbox', { name: 'Name' }).fill('Nora Lind');
  await page.getByRole('textbox', { name: 'Message' }).fill('One question');
  await page.getByRole('button', { name: 'Start chat' }).click();
  const chat = await sofia.accept('Nora Lind');
  const end = await chat.asksToEnd();
  await end.without.check();
  await end.confirm.click();
  await expect(chat.leave).toBeVisible();

  await page.getByRole('textbox', { name: 'Message' }).fill('And another one');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText('Written after the end, not sent')).toBeVisible();
  await page.getByRole('button', { name: 'Start a new chat with this' }).click();
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('And another one');
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Nora Lind');
  await page.getByRole('button', { name: 'Start chat' }).click();
  await expect(page.getByRole('log')).toContainText('And another one');
  await expect(page.getByRole('log')).not.toContainText('One question');
});
